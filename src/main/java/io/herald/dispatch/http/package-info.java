/** The administrator's routes for limits and lanes. */
@NullMarked
package io.herald.dispatch.http;

import org.jspecify.annotations.NullMarked;
