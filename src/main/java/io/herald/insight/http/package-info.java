@NullMarked
package io.herald.insight.http;

import org.jspecify.annotations.NullMarked;
