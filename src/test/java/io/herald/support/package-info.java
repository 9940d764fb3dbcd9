/** What tests of several features stand on. */
@NullMarked
package io.herald.support;

import org.jspecify.annotations.NullMarked;
