package io.herald.message.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Channel;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.Status;
import io.herald.platform.journal.InlineView.Entry;
import io.herald.platform.sql.Sql;
import io.herald.support.OpenDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the view holds after any history is what the messages themselves say, counted in memory. */
class MessageViewTest {
    private static final MessageQueries.Filter ANY =
            new MessageQueries.Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    private static final OpenDatabase DB = OpenDatabase.fresh();

    @AfterAll
    static void close() {
        DB.close();
    }

    private final MessageQueries queries = new MessageQueries(DB.database());

    /** A history of so many steps, written in groups of any size by two writers. */
    private static Lives history(long seed, int people, int steps) {
        DB.update("TRUNCATE message, message_due, provider_ref, campaign_ledger");
        Random chance = new Random(seed);
        Lives lives = new Lives(chance, people);
        List<MessageView> writers = List.of(new MessageView("one"), new MessageView("two"));
        List<Entry<MessageRecorded>> group = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            group.addAll(lives.step());
            if (chance.nextInt(12) == 0 || i == steps - 1) {
                List<Entry<MessageRecorded>> entries = List.copyOf(group);
                DB.database().transactHere(c -> {
                    if (!entries.isEmpty()) {
                        writers.get(chance.nextInt(2)).write(c, entries);
                    }
                    return true;
                });
                group.clear();
            }
        }
        return lives;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void afterAnyHistoryEverythingIsAsTheMessagesSay(long seed) {
        // long lives of few, and of many the beginnings
        Lives lives = seed % 2 == 0 ? history(seed, 40, 1500) : history(seed, 200, 900);
        rows(lives);
        due(lives);
        refs(lives);
        ledgers(lives);
    }

    @Test
    void historiesReachEveryStatus() {
        EnumSet<Status> reached = EnumSet.noneOf(Status.class);
        LongStream.range(1, 4)
                .forEach(seed -> history(seed, 200, 900).messages.values().forEach(m -> reached.add(m.status())));
        assertThat(reached).containsExactlyInAnyOrder(Status.values());
    }

    private void rows(Lives lives) {
        assertThat(DB.number("SELECT count(*) FROM message")).isEqualTo(lives.messages.size());
        for (Message m : lives.messages.values()) {
            Envelope e = m.envelope();
            MessageRow row = queries.find(e.tenantId(), e.messageId())
                    .toCompletableFuture()
                    .join()
                    .orElseThrow();
            Message.Failure failure = m.failure();
            assertThat(row)
                    .isEqualTo(new MessageRow(
                            e.tenantId(),
                            e.messageId(),
                            e.campaignId(),
                            e.recipient(),
                            e.category(),
                            m.status(),
                            m.channel(),
                            e.person().to(),
                            e.from(),
                            m.step().account(),
                            m.lastAttempt()
                                    .map(Message.Attempt::providerMessageId)
                                    .orElse(null),
                            m.attempts().size(),
                            m.segments(),
                            failure == null ? null : failure.errorClass(),
                            failure == null ? null : failure.code(),
                            failure == null ? null : failure.detail(),
                            e.metadata(),
                            m.createdAt(),
                            m.lastAt()));
        }
    }

    private static void due(Lives lives) {
        record Due(
                String tenantId,
                String messageId,
                Instant at,
                @Nullable String owner) {}
        List<Due> expected = lives.messages.values().stream()
                .filter(m -> m.due() != null)
                .map(m -> new Due(
                        m.envelope().tenantId(),
                        m.envelope().messageId(),
                        m.due().at(),
                        m.due().owner()))
                .toList();
        assertThat(DB.list(
                        "SELECT tenant_id, message_id, due_at, owner FROM message_due",
                        row -> new Due(
                                row.getString("tenant_id"),
                                row.getString("message_id"),
                                Sql.instant(row, "due_at"),
                                row.getString("owner"))))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private void refs(Lives lives) {
        int refs = 0;
        for (Message m : lives.messages.values()) {
            for (Message.Attempt attempt : m.attempts()) {
                String id = attempt.providerMessageId();
                if (id != null) {
                    refs++;
                    Envelope e = m.envelope();
                    assertThat(queries.byProviderId(attempt.start().account(), id)
                                    .toCompletableFuture()
                                    .join())
                            .contains(new MessageQueries.Ref(e.tenantId(), e.messageId()));
                }
            }
        }
        assertThat(refs).isPositive();
        assertThat(queries.byProviderId("acc-sms", "nobody's")
                        .toCompletableFuture()
                        .join())
                .isEmpty();
    }

    private static void ledgers(Lives lives) {
        Map<String, List<Message>> campaigns = new TreeMap<>(lives.messages.values().stream()
                .filter(m -> m.envelope().campaignId() != null)
                .collect(Collectors.groupingBy(m -> String.valueOf(m.envelope().campaignId()))));
        Map<String, List<Long>> expected = new TreeMap<>();
        campaigns.forEach((id, all) -> expected.put(id, counts(all)));
        Map<String, List<Long>> stored = new TreeMap<>();
        DB.list("""
                SELECT campaign_id, sum(fed), sum(waiting), sum(in_flight), sum(accepted), sum(failed), sum(suppressed), sum(unknown),
                    sum(expired), sum(cancelled), sum(unsettled), sum(delivered), sum(undelivered), sum(read), sum(fallback),
                    sum(segments), count(*)
                FROM campaign_ledger GROUP BY 1
                """, row -> {
            List<Long> values = new ArrayList<>();
            for (int i = 2; i <= 16; i++) {
                values.add(row.getLong(i));
            }
            assertThat(row.getInt(17)).as("stripes").isBetween(1, 2);
            return stored.put(row.getString(1), values);
        });
        assertThat(stored).isEqualTo(expected);
        Map<String, Long> bySql = new TreeMap<>();
        DB.list(
                "SELECT campaign_id, count(*) FROM message WHERE campaign_id IS NOT NULL "
                        + "AND status IN ('sent', 'delivered', 'read') GROUP BY 1",
                row -> bySql.put(row.getString(1), row.getLong(2)));
        stored.forEach((id, values) -> assertThat(values.get(3)).isEqualTo(bySql.getOrDefault(id, 0L)));
    }

    /** In the order of the table's columns. */
    private static List<Long> counts(List<Message> all) {
        return List.of(
                (long) all.size(),
                in(all, EnumSet.of(Status.SCHEDULED, Status.QUEUED, Status.RETRYING)),
                in(all, EnumSet.of(Status.SENDING)),
                in(all, EnumSet.of(Status.SENT, Status.DELIVERED, Status.READ)),
                in(all, EnumSet.of(Status.FAILED)),
                in(all, EnumSet.of(Status.SUPPRESSED)),
                in(all, EnumSet.of(Status.UNKNOWN)),
                in(all, EnumSet.of(Status.EXPIRED)),
                in(all, EnumSet.of(Status.CANCELLED)),
                all.stream().filter(m -> !m.isSettled()).count(),
                all.stream().filter(Message::isDelivered).count(),
                all.stream().filter(Message::isUndelivered).count(),
                all.stream().filter(Message::isRead).count(),
                all.stream().filter(m -> m.fallbacks() > 0).count(),
                all.stream().mapToLong(Message::segments).sum());
    }

    private static long in(List<Message> all, EnumSet<Status> statuses) {
        return all.stream().filter(m -> statuses.contains(m.status())).count();
    }

    private static List<String> ids(List<MessageRow> rows) {
        return rows.stream().map(MessageRow::id).toList();
    }

    private List<MessageRow> list(String tenant, MessageQueries.Filter filter, int limit) {
        List<MessageRow> all = new ArrayList<>();
        Instant time = null;
        String id = null;
        while (true) {
            List<MessageRow> page = queries.list(tenant, filter, time, id, limit)
                    .toCompletableFuture()
                    .join();
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page);
            if (page.size() < limit) {
                return all;
            }
            time = page.getLast().createdAt();
            id = page.getLast().id();
        }
    }

    private static List<Message> of(Lives lives, String tenant) {
        return lives.messages.values().stream()
                .filter(m -> m.envelope().tenantId().equals(tenant))
                .sorted(Comparator.comparing(Message::createdAt)
                        .thenComparing(m -> m.envelope().messageId())
                        .reversed())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1000})
    void pagesGoThroughATenantsMessagesNewestFirstEachOnce(int limit) {
        Lives lives = history(11, 30, 300);
        for (String tenant : List.of("t1", "t2")) {
            assertThat(ids(list(tenant, ANY, limit)))
                    .containsExactlyElementsOf(of(lives, tenant).stream()
                            .map(m -> m.envelope().messageId())
                            .toList());
        }
        assertThat(list("t3", ANY, limit)).isEmpty();
    }

    @Test
    void filtersShowWhatTheyNameAndOnlyOfTheirTenant() {
        Lives lives = history(12, 40, 800);
        for (Status status : Status.values()) {
            var filter = new MessageQueries.Filter(
                    Optional.of(status), Optional.empty(), Optional.empty(), Optional.empty());
            assertThat(list("t1", filter, 5)).hasSize((int)
                    of(lives, "t1").stream().filter(m -> m.status() == status).count());
        }
        var rcs = new MessageQueries.Filter(
                Optional.empty(), Optional.of(Channel.RCS), Optional.of("camp1"), Optional.empty());
        assertThat(ids(list("t1", rcs, 5)))
                .containsExactlyElementsOf(of(lives, "t1").stream()
                        .filter(m -> m.channel() == Channel.RCS
                                && "camp1".equals(m.envelope().campaignId()))
                        .map(m -> m.envelope().messageId())
                        .toList());
        assertThat(list("t2", rcs, 5)).isEmpty();
        Message one = of(lives, "t2").getFirst();
        var to = new MessageQueries.Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(one.envelope().person().to()));
        assertThat(ids(list("t2", to, 5))).containsExactly(one.envelope().messageId());
        assertThat(list("t1", to, 5)).isEmpty();
        assertThat(queries.find("t1", one.envelope().messageId())
                        .toCompletableFuture()
                        .join())
                .isEmpty();
    }

    @Test
    void whatACampaignHasOpenAndFailedIsFoundPageByPage() {
        Lives lives = history(13, 60, 900);
        List<String> open = new ArrayList<>();
        String after = "";
        while (true) {
            List<String> page = queries.unsettledOf("t1", "camp1", after, 2)
                    .toCompletableFuture()
                    .join();
            if (page.isEmpty()) {
                break;
            }
            open.addAll(page);
            after = page.getLast();
        }
        assertThat(open)
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(of(lives, "t1").stream()
                        .filter(m -> "camp1".equals(m.envelope().campaignId()) && m.due() != null)
                        .map(m -> m.envelope().messageId())
                        .toList());
        List<Message> failed = of(lives, "t2").stream()
                .filter(m -> "camp3".equals(m.envelope().campaignId()) && m.status() == Status.FAILED)
                .toList();
        Instant by = failed.getFirst().lastAt();
        assertThat(queries.failedOf("t2", "camp3", by, "", 1000)
                        .toCompletableFuture()
                        .join())
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(failed.stream()
                        .filter(m -> !m.lastAt().isAfter(by))
                        .map(m -> m.envelope().messageId())
                        .toList());
        assertThat(queries.failedOf("t1", "camp3", by, "", 1000)
                        .toCompletableFuture()
                        .join())
                .isEmpty();
    }

    @Test
    void whoWaitsForAnAttemptIsFoundByAddress() {
        Lives lives = history(14, 60, 300);
        for (Message m : of(lives, "t1")) {
            List<String> found = queries.waitingFor(
                            "t1", m.channel(), m.envelope().person().to(), 10)
                    .toCompletableFuture()
                    .join();
            assertThat(found.contains(m.envelope().messageId()))
                    .as(m.toString())
                    .isEqualTo(m.status().isWaiting());
        }
    }
}
