/** What a tenant's sending came to, counted for those who pay for it and those who bill it. */
@NullMarked
package io.herald.insight;

import org.jspecify.annotations.NullMarked;
