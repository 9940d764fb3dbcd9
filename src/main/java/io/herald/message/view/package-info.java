/** The read model of messages. */
@NullMarked
package io.herald.message.view;

import org.jspecify.annotations.NullMarked;
