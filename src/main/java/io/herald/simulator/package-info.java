/**
 * Two messaging vendors imitated over real HTTP, with their faults and an audit log: the independent judge of crash, limit
 * and load tests. Depends on no other package of Herald and on nothing of Akka, so that a misreading of a vendor's format can't cancel itself out.
 */
@NullMarked
package io.herald.simulator;

import org.jspecify.annotations.NullMarked;
