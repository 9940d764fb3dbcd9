/** The administrator's routes for provider accounts. */
@NullMarked
package io.herald.channel.http;

import org.jspecify.annotations.NullMarked;
