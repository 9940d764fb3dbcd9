package io.herald.insight.view;

import io.herald.kernel.Channel;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What is read of usage. */
public final class UsageQueries {
    /** Which usage: of these UTC days, the last one included, and only of a channel or an account where one is named. */
    public record Filter(LocalDate from, LocalDate to, Optional<Channel> channel, Optional<String> account) {}

    private final Database database;

    public UsageQueries(Database database) {
        this.database = database;
    }

    /** @param dimensions at least one; the groups come in their order, and only those that have anything to count */
    public CompletionStage<List<Usage>> by(String tenantId, List<Dimension> dimensions, Filter filter) {
        String groups = dimensions.stream().map(Dimension::sql).collect(Collectors.joining(", "));
        String sql = """
                SELECT %1$s, %2$s FROM usage_counter
                WHERE tenant_id = ? AND day BETWEEN ? AND ? AND (?::text IS NULL OR channel = ?)
                    AND (?::text IS NULL OR account = ?)
                GROUP BY %1$s ORDER BY %1$s
                """.formatted(groups, Counter.list("sum(%1$s)::bigint AS %1$s"));
        String channel = filter.channel().map(Channel::wire).orElse(null);
        String account = filter.account().orElse(null);
        return database.run(c -> Sql.list(
                c,
                sql,
                row -> usage(row, dimensions.size()),
                tenantId,
                filter.from(),
                filter.to(),
                channel,
                channel,
                account,
                account));
    }

    private static Usage usage(ResultSet row, int dimensions) throws SQLException {
        List<String> group = new ArrayList<>();
        for (int i = 1; i <= dimensions; i++) {
            group.add(row.getString(i));
        }
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counts.put(counter, row.getLong(counter.wire()));
        }
        return new Usage(group, counts);
    }
}
