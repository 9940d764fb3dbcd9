/** A campaign's life: its states, what may follow what, and when its books are closed. Pure: no clock, no I/O, no Akka. */
@NullMarked
package io.herald.campaign.domain;

import org.jspecify.annotations.NullMarked;
