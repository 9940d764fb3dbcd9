/** Messages: the entity that journals each one's life, its read model, its routes. */
@NullMarked
package io.herald.message;

import org.jspecify.annotations.NullMarked;
