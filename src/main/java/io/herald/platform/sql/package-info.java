/** PostgreSQL: connections, the embedded server, migrations, and the little that stands between SQL text and records. */
@NullMarked
package io.herald.platform.sql;

import org.jspecify.annotations.NullMarked;
