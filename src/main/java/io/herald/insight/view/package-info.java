@NullMarked
package io.herald.insight.view;

import org.jspecify.annotations.NullMarked;
