/** The routes of messages. */
@NullMarked
package io.herald.message.http;

import org.jspecify.annotations.NullMarked;
