/** Customers, their keys, and the platform's administrator. */
@NullMarked
package io.herald.tenant;

import org.jspecify.annotations.NullMarked;
