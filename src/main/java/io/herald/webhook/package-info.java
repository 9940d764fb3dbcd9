/** Providers' callbacks: who sent them, what they report, and what people wrote. */
@NullMarked
package io.herald.webhook;

import org.jspecify.annotations.NullMarked;
