/** The pages, in a real browser. */
@NullMarked
package io.herald.web;

import org.jspecify.annotations.NullMarked;
