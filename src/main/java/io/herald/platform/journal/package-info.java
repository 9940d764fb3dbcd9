/**
 * The journal: Akka Persistence over the tables of akka-persistence-r2dbc, written in groups, with the read models in the same
 * transaction.
 */
@NullMarked
package io.herald.platform.journal;

import org.jspecify.annotations.NullMarked;
