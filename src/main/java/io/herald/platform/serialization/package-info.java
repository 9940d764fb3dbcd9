/** JSON as Herald writes and reads it, and the serializers that Akka calls. */
@NullMarked
package io.herald.platform.serialization;

import org.jspecify.annotations.NullMarked;
