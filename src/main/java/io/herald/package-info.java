/** Herald: the entry, the commands, and the one place where all parts meet. */
@NullMarked
package io.herald;

import org.jspecify.annotations.NullMarked;
