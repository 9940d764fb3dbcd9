/** People: contacts, their import, and who must not be messaged. */
@NullMarked
package io.herald.contact;

import org.jspecify.annotations.NullMarked;
