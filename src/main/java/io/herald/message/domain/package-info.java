/** One message to one person: its states, what may follow what, and every decision about it. Pure: no clock, no I/O, no Akka. */
@NullMarked
package io.herald.message.domain;

import org.jspecify.annotations.NullMarked;
