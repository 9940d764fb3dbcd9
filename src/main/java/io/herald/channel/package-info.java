/** What Herald asks of a provider, and the accounts it uses with them; one sub-package an adapter. */
@NullMarked
package io.herald.channel;

import org.jspecify.annotations.NullMarked;
