/** Twilio Programmable Messaging, the 2010-04-01 API: SMS. */
@NullMarked
package io.herald.channel.twilio;

import org.jspecify.annotations.NullMarked;
