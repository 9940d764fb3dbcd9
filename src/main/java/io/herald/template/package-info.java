/** Templates: versioned content with placeholders, and its rendering. */
@NullMarked
package io.herald.template;

import org.jspecify.annotations.NullMarked;
