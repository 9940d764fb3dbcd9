package io.herald.insight.view;

import io.herald.message.MessageRecorded;
import io.herald.platform.journal.InlineView;
import io.herald.platform.sql.ColumnType;
import io.herald.platform.sql.Columns;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rows of {@code usage_counter}: what a tenant had sent, by UTC day, channel and provider account, each {@link Counter} in this
 * writer's own rows. One statement a group of events, whatever their number, and none where nothing moved; rows go in the order of
 * their keys, so that writers never wait for each other in a circle.
 */
public final class UsageView implements InlineView<MessageRecorded> {
    private static final String ADD =
            """
            INSERT INTO %%s AS u (tenant_id, day, channel, account, stripe, %1$s)
            SELECT tenant_id, date 'epoch' + day, channel, account, stripe, %1$s
            FROM unnest(?::text[], ?::int[], ?::text[], ?::text[], ?::text[], %2$s)
                AS n (tenant_id, day, channel, account, stripe, %1$s)
            ON CONFLICT (tenant_id, day, channel, account, stripe) DO UPDATE SET %3$s
            """.formatted(Counter.list("%s"), Counter.list("?::int[]"), Counter.list("%1$s = u.%1$s + excluded.%1$s"));

    private static final ColumnType[] ROW = Stream.concat(
                    Stream.of(ColumnType.TEXT, ColumnType.INT, ColumnType.TEXT, ColumnType.TEXT, ColumnType.TEXT),
                    Stream.of(Counter.values()).map(counter -> ColumnType.INT))
            .toArray(ColumnType[]::new);

    private final String stripe;
    private final String add;

    /** @param stripe the name of this writer's rows; no other writer alive may use it */
    public UsageView(String stripe) {
        this(stripe, "usage_counter");
    }

    private UsageView(String stripe, String table) {
        this.stripe = stripe;
        this.add = ADD.formatted(table);
    }

    /** What messages had counted whose events are being taken out of the journal, for the day when the counters are made again. */
    public static UsageView ofRemoved() {
        return new UsageView("removed", "usage_removed");
    }

    /** @param writer the number of a process's writer, each of which has counter rows of its own */
    public static UsageView of(String process, int writer) {
        return new UsageView(process + "-" + writer);
    }

    @Override
    public Class<MessageRecorded> payloads() {
        return MessageRecorded.class;
    }

    @Override
    public void write(Connection connection, List<Entry<MessageRecorded>> entries) throws SQLException {
        Tally tally = new Tally();
        for (Entry<MessageRecorded> entry : entries) {
            tally.add(entry.payload());
        }
        Columns rows = new Columns(tally.sums().size(), ROW);
        for (Map.Entry<Tally.Key, Map<Counter, Integer>> sum : tally.sums().entrySet()) {
            Tally.Key key = sum.getKey();
            rows.text(key.tenantId())
                    .number(key.day())
                    .text(key.channel().wire())
                    .text(key.account())
                    .text(stripe);
            for (Counter counter : Counter.values()) {
                rows.number(sum.getValue().getOrDefault(counter, 0));
            }
        }
        rows.execute(connection, add);
    }
}
