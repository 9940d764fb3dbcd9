/**
 * Gupshup: RCS in the JSON shape that its users post to the messaging endpoint, and SMS by the enterprise gateway. The two are
 * unrelated APIs with unrelated credentials; one account may have either or both.
 */
@NullMarked
package io.herald.channel.gupshup;

import org.jspecify.annotations.NullMarked;
