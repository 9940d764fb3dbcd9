/** The administrator's routes for tenants and their keys. */
@NullMarked
package io.herald.tenant.http;

import org.jspecify.annotations.NullMarked;
