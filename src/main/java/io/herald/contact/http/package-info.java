/** The routes of contacts, imports and opt-outs. */
@NullMarked
package io.herald.contact.http;

import org.jspecify.annotations.NullMarked;
