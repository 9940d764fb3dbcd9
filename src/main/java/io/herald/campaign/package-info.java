/** Campaigns: the entity that journals each one's life, the runner that feeds its messages, its read model, its routes. */
@NullMarked
package io.herald.campaign;

import org.jspecify.annotations.NullMarked;
