/** What every feature stands on. */
@NullMarked
package io.herald.platform;

import org.jspecify.annotations.NullMarked;
