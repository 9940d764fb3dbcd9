/** The routes of templates, and how content is written in JSON. */
@NullMarked
package io.herald.template.http;

import org.jspecify.annotations.NullMarked;
