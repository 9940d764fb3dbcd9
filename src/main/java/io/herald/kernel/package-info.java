/** The words every other package speaks: ids, addresses, channels, content, outcomes. Depends on no other package of Herald. */
@NullMarked
package io.herald.kernel;

import org.jspecify.annotations.NullMarked;
