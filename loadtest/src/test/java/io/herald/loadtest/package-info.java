/** Herald under load: Gatling simulations against a running server and the simulator of the providers. */
@NullMarked
package io.herald.loadtest;

import org.jspecify.annotations.NullMarked;
