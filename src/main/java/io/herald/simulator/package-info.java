/**
 * Two messaging vendors imitated over real HTTP, with their faults and an audit log: the independent judge of crash, limit
 * and load tests. Depends on no other package of Herald, so that a misreading of a vendor's format can't cancel itself out,
 * and not on Akka, so that the judge is cheap.
 */
@NullMarked
package io.herald.simulator;

import org.jspecify.annotations.NullMarked;
