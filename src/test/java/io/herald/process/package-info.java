/** What Herald promises, proved with real processes: killed, told to stop, paused, limited, and with their database taken away. */
@NullMarked
package io.herald.process;

import org.jspecify.annotations.NullMarked;
