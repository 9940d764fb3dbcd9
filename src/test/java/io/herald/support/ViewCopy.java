package io.herald.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The views as they were at one moment, in a schema of their own, to hold a later state against. */
public final class ViewCopy {
    public static final String SCHEMA = "live";

    private static final List<String> ROWS = List.of("message", "message_due", "provider_ref", "campaign");
    /** Tables of counters, a row for each writer, and what they say whoever wrote it. */
    private static final Map<String, String> SUMMED = Map.of("campaign_ledger", """
            SELECT tenant_id, campaign_id, sum(fed), sum(waiting), sum(in_flight), sum(accepted), sum(failed), sum(suppressed),
                sum(unknown), sum(expired), sum(cancelled), sum(unsettled), sum(delivered), sum(undelivered), sum(read),
                sum(fallback), sum(segments)
            FROM %s.campaign_ledger GROUP BY tenant_id, campaign_id
            """, "usage_counter", """
            SELECT tenant_id, day, channel, account, sum(messages), sum(attempts), sum(accepted), sum(segments), sum(rejected),
                sum(unknown), sum(resolved), sum(delivered), sum(delivered_segments), sum(undelivered), sum(fallbacks),
                sum(failed), sum(suppressed), sum(expired), sum(cancelled)
            FROM %s.usage_counter GROUP BY tenant_id, day, channel, account
            """);

    private ViewCopy() {}

    public static void take(Statement s) throws SQLException {
        s.execute("CREATE SCHEMA " + SCHEMA);
        for (String table :
                Stream.concat(ROWS.stream(), SUMMED.keySet().stream()).toList()) {
            s.execute("CREATE TABLE " + SCHEMA + "." + table + " AS TABLE public." + table);
        }
    }

    /** The views are row by row what they were, and the counters in their sums. */
    public static void isWhatIsThere(Statement s) throws SQLException {
        for (String table : ROWS) {
            same(s, "TABLE " + SCHEMA + "." + table, "TABLE public." + table);
        }
        for (String sums : SUMMED.values()) {
            same(s, sums.formatted(SCHEMA), sums.formatted("public"));
        }
    }

    /** Neither has a row that the other lacks. */
    private static void same(Statement s, String one, String other) throws SQLException {
        assertThat(number(s, "SELECT count(*) FROM ((" + one + ") EXCEPT ALL (" + other + ")) x"))
                .as("in %s only", one)
                .isZero();
        assertThat(number(s, "SELECT count(*) FROM ((" + other + ") EXCEPT ALL (" + one + ")) x"))
                .as("in %s only", other)
                .isZero();
    }

    /** The number in the one row and column of an answer. */
    public static long number(Statement s, String sql) throws SQLException {
        try (ResultSet row = s.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
