/** From "due" to "the provider answered": queues, limits, lanes, and what wakes what waits. */
@NullMarked
package io.herald.dispatch;

import org.jspecify.annotations.NullMarked;
