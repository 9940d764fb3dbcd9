/** HTTP as every feature speaks it: endpoints and who may use them, bodies, errors, paging, idempotency, request rates. */
@NullMarked
package io.herald.platform.http;

import org.jspecify.annotations.NullMarked;
