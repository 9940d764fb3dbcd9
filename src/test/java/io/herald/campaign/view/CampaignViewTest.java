package io.herald.campaign.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.campaign.CampaignRecorded;
import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.CampaignCommand;
import io.herald.campaign.domain.CampaignDecider;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import io.herald.campaign.domain.Tally;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Decision;
import io.herald.kernel.UnknownPolicy;
import io.herald.platform.journal.InlineView.Entry;
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
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CampaignViewTest {
    private static final OpenDatabase DB = OpenDatabase.fresh();

    private final CampaignQueries queries = new CampaignQueries(DB.database());
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void empty() {
        DB.update("TRUNCATE campaign, campaign_recipient, campaign_ledger, opt_out, contact, contact_import_member");
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Definition definition(String name, Random chance) {
        return new Definition(
                name,
                "template",
                1,
                new Definition.Audience(chance.nextBoolean() ? "import" : null, 3),
                List.of(new Definition.Step(Channel.RCS, "a", 60), new Definition.Step(Channel.SMS, "b", null)),
                chance.nextBoolean(),
                Category.MARKETING,
                UnknownPolicy.PREFER_LOSS,
                chance.nextBoolean() ? 12.5 : null,
                chance.nextBoolean() ? now0().plusSeconds(60) : null,
                Map.of("k", "it's \"quoted\""));
    }

    private static Instant now0() {
        return Instant.parse("2026-11-21T12:00:00Z");
    }

    private static CampaignCommand any(Random chance, Instant now) {
        Ledger done = new Ledger(5, 1, 0, 0, 3, 1, 0, 0, 0);
        return switch (chance.nextInt(17)) {
            case 0 -> new CampaignCommand.Edit(definition("edited", chance));
            case 1 -> new CampaignCommand.Schedule(now.plusSeconds(chance.nextInt(100)));
            case 2 -> new CampaignCommand.Start();
            case 3 -> new CampaignCommand.Wake();
            case 4, 5 -> new CampaignCommand.FixAudience(5);
            case 6, 7 -> new CampaignCommand.Advance(chance.nextInt(6));
            case 8 -> new CampaignCommand.Pause();
            case 9 -> new CampaignCommand.Resume();
            case 10 -> new CampaignCommand.ChangeRate(chance.nextBoolean() ? 3.5 : null);
            case 11 -> chance.nextInt(3) == 0 ? new CampaignCommand.Cancel() : new CampaignCommand.Resume();
            case 12 -> new CampaignCommand.RetryFailed();
            case 13 -> new CampaignCommand.FinishRetry(2);
            case 14 -> new CampaignCommand.Review(done, 0);
            case 15 -> new CampaignCommand.RemoveMessages(now.minusSeconds(20), new Tally(3, 2, 1, 4, 9));
            default ->
                chance.nextInt(4) == 0
                        ? new CampaignCommand.Delete()
                        : chance.nextInt(4) == 0
                                ? new CampaignCommand.Fail("no audience", Ledger.EMPTY)
                                : new CampaignCommand.Start();
        };
    }

    /** Campaigns of two tenants to which anything happens, as they are at the end, by persistence id. */
    private Map<String, Campaign> history(long seed) {
        Random chance = new Random(seed);
        CampaignView view = new CampaignView();
        Map<String, Campaign> all = new TreeMap<>();
        List<Entry<CampaignRecorded>> group = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            now = now.plusMillis(chance.nextInt(3000));
            int which = chance.nextInt(30);
            String id = "Campaign|" + which;
            Campaign before = all.get(id);
            CampaignCommand command = before == null
                    ? new CampaignCommand.Create("t" + which % 2, "c" + which, definition("n" + which, chance))
                    : any(chance, now);
            if (CampaignDecider.decide(before, command, now) instanceof Decision.Accepted<CampaignEvent> accepted) {
                for (CampaignEvent event : accepted.events()) {
                    Campaign after = Campaign.evolve(all.get(id), event);
                    all.put(id, after);
                    group.add(new Entry<>(id, i, new CampaignRecorded(event, after)));
                }
            }
            if (chance.nextInt(5) == 0 || i == 1199) {
                DB.database().transactHere(c -> {
                    view.write(c, group);
                    return true;
                });
                group.clear();
            }
        }
        return all;
    }

    private static CampaignRow row(Campaign c) {
        return new CampaignRow(
                c.tenantId(),
                c.id(),
                c.status(),
                c.cancelling(),
                c.retrying() != null,
                c.definition(),
                c.due(),
                c.targeted(),
                c.through(),
                c.failure(),
                c.closing(),
                c.createdAt(),
                c.startedAt(),
                c.endedAt(),
                c.messagesRemovedAt(),
                c.lastAt());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void afterAnyHistoryEachRowIsWhatItsCampaignSays(long seed) {
        Map<String, Campaign> all = history(seed);
        List<Campaign> kept = all.values().stream().filter(c -> !c.deleted()).toList();
        assertThat(DB.number("SELECT count(*) FROM campaign")).isEqualTo(kept.size());
        for (Campaign campaign : all.values()) {
            assertThat(now(queries.find(campaign.tenantId(), campaign.id())))
                    .isEqualTo(campaign.deleted() ? Optional.empty() : Optional.of(row(campaign)));
            assertThat(now(queries.find("another", campaign.id()))).isEmpty();
        }
        List<String> active = kept.stream()
                .filter(c -> c.isActive()
                        && (c.status() != Status.SCHEDULED
                                || !java.util.Objects.requireNonNull(c.due()).isAfter(now)))
                .map(Campaign::id)
                .toList();
        assertThat(now(queries.active(now)).stream().map(CampaignQueries.Key::id))
                .containsExactlyInAnyOrderElementsOf(active);
    }

    @Test
    void historiesReachEveryStatus() {
        EnumSet<Status> reached = EnumSet.noneOf(Status.class);
        for (long seed = 1; seed <= 4; seed++) {
            history(seed).values().forEach(c -> reached.add(c.status()));
        }
        assertThat(reached).containsExactlyInAnyOrder(Status.values());
    }

    @Test
    void pagesGoThroughATenantsCampaignsNewestFirstAndFiltersHold() {
        Map<String, Campaign> all = history(5);
        List<Campaign> expected = all.values().stream()
                .filter(c -> !c.deleted() && c.tenantId().equals("t1"))
                .sorted(Comparator.comparing(Campaign::id).reversed())
                .toList();
        List<String> seen = new ArrayList<>();
        Optional<String> before = Optional.empty();
        while (true) {
            List<CampaignRow> page = now(queries.list("t1", Optional.empty(), before, 4));
            page.forEach(c -> seen.add(c.id()));
            if (page.size() < 4) {
                break;
            }
            before = Optional.of(page.getLast().id());
        }
        assertThat(seen)
                .containsExactlyElementsOf(expected.stream().map(Campaign::id).toList());
        for (Status status : Status.values()) {
            assertThat(now(queries.list("t1", Optional.of(status), Optional.empty(), 1000)))
                    .hasSize((int)
                            expected.stream().filter(c -> c.status() == status).count());
        }
    }

    private void campaign(String tenant, String id, CampaignCommand... commands) {
        Campaign state = null;
        List<CampaignCommand> all = new ArrayList<>();
        all.add(new CampaignCommand.Create(tenant, id, definition(id, new Random(1))));
        all.addAll(List.of(commands));
        List<Entry<CampaignRecorded>> entries = new ArrayList<>();
        for (CampaignCommand command : all) {
            if (CampaignDecider.decide(state, command, now) instanceof Decision.Accepted<CampaignEvent> accepted) {
                for (CampaignEvent event : accepted.events()) {
                    state = Campaign.evolve(state, event);
                    entries.add(new Entry<>(id, entries.size() + 1L, new CampaignRecorded(event, state)));
                }
            }
        }
        DB.database().transactHere(c -> {
            new CampaignView().write(c, entries);
            return true;
        });
    }

    private static void ledger(String tenant, String campaign, String stripe, long... v) {
        DB.update(
                "INSERT INTO campaign_ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.<Object>of(tenant, campaign, stripe),
                                java.util.Arrays.stream(v).boxed())
                        .toArray());
    }

    @Test
    void booksAddTheWritersStripesUpAndCountWhoIsNotFedAsWaiting() {
        campaign("t", "c", new CampaignCommand.Start(), new CampaignCommand.FixAudience(100));
        ledger("t", "c", "one", 40, 5, 10, 20, 1, 1, 1, 1, 1, 16, 8, 2, 3, 4, 60);
        // a counter of one writer may be below zero: what another counted in has left since
        ledger("t", "c", "two", 20, -3, -2, 22, 1, 1, 0, 1, 0, -5, 2, 0, 1, 0, 30);
        ledger("another", "c", "one", 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Books books = now(queries.books("t", "c")).orElseThrow();
        assertThat(books.ledger()).isEqualTo(new Ledger(100, 2, 40 + 2, 8, 42, 2, 1, 2, 1));
        assertThat(books.ledger().balanced()).isTrue();
        assertThat(books).isEqualTo(new Books(Status.RUNNING, books.ledger(), 60, 11, new Tally(10, 2, 4, 4, 90)));
        assertThat(now(queries.books("another", "c"))).isEmpty();
    }

    @Test
    void booksOfACampaignThatGaveItsMessagesUpStayAsTheyWere() {
        Ledger closing = new Ledger(5, 1, 0, 0, 3, 1, 0, 0, 0);
        Tally tally = new Tally(3, 0, 1, 2, 7);
        campaign(
                "t",
                "rested",
                new CampaignCommand.Start(),
                new CampaignCommand.FixAudience(5),
                new CampaignCommand.Advance(5),
                new CampaignCommand.Review(closing, 0),
                new CampaignCommand.RemoveMessages(now, tally));
        ledger("t", "rested", "removed", 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1);
        Books books = now(queries.books("t", "rested")).orElseThrow();
        assertThat(books.ledger()).isEqualTo(closing);
        assertThat(books.tally()).isEqualTo(tally);
        assertThat(now(queries.find("t", "rested")).orElseThrow().messagesRemovedAt())
                .isEqualTo(now);
    }

    @Test
    void booksOfACampaignWithoutMessagesAreEmptyAndThoseOfAnEndedOneAreAsTheyWereClosed() {
        campaign("t", "draft");
        assertThat(now(queries.books("t", "draft")).orElseThrow().ledger()).isEqualTo(Ledger.EMPTY);
        Ledger closing = new Ledger(5, 1, 0, 0, 3, 1, 0, 0, 0);
        campaign(
                "t",
                "done",
                new CampaignCommand.Start(),
                new CampaignCommand.FixAudience(5),
                new CampaignCommand.Advance(5),
                new CampaignCommand.Review(closing, 0));
        ledger("t", "done", "one", 5, 0, 0, 2, 2, 1, 0, 0, 0, 0, 3, 0, 1, 0, 5);
        Books books = now(queries.books("t", "done")).orElseThrow();
        assertThat(books.status()).isEqualTo(Status.COMPLETED);
        assertThat(books.ledger()).as("a late report does not open them again").isEqualTo(closing);
        assertThat(books.tally().delivered()).as("but it counts").isEqualTo(3);
    }

    @Test
    void storedRecipientsAreNumberedFromOneReplacedAsAWholeAndReadByPages() {
        campaign("t", "c");
        now(queries.storeRecipients("t", "c", drafts(50)));
        now(queries.storeRecipients("t", "c", drafts(2500)));
        assertThat(now(queries.materialise("t", "c", null, Channel.SMS))).isEqualTo(2500);
        DB.update("INSERT INTO opt_out VALUES ('t', 'sms', '+1000003', 'keyword', now()), "
                + "('t', 'rcs', '+1000004', 'keyword', now()), ('other', 'sms', '+1000005', 'keyword', now())");
        List<Recipient> page = now(queries.recipients("t", "c", Channel.SMS, 2, 4));
        assertThat(page).extracting(Recipient::n).containsExactly(3, 4, 5, 6);
        assertThat(page).extracting(Recipient::optedOut).containsExactly(true, false, false, false);
        assertThat(page.getFirst()).isEqualTo(new Recipient(3, "+1000003", Map.of("name", "it's 3"), true));
        assertThat(now(queries.recipients("t", "c", Channel.SMS, 2500, 4))).isEmpty();
        assertThat(now(queries.recipients("other", "c", Channel.SMS, 0, 4))).isEmpty();
    }

    private static List<CampaignQueries.Draft> drafts(int many) {
        return IntStream.rangeClosed(1, many)
                .mapToObj(i -> new CampaignQueries.Draft("+" + (1_000_000 + i), Map.of("name", "it's " + i)))
                .toList();
    }

    @Test
    void anImportsContactsAreFixedWhenItIsMaterialised() {
        for (int i = 1; i <= 5; i++) {
            DB.update("""
                    INSERT INTO contact (tenant_id, phone, email, attributes, created_at, updated_at)
                    VALUES ('t', ?, ?, '{"name": "n"}', now(), now())
                    """, i == 3 ? null : "+100" + i, i == 3 ? "a@example.com" : null);
        }
        DB.update("INSERT INTO contact_import_member SELECT tenant_id, 'i', id FROM contact");
        assertThat(now(queries.materialise("t", "c", "i", Channel.SMS))).isEqualTo(4);
        assertThat(now(queries.materialise("t", "c", "i", Channel.SMS)))
                .as("again")
                .isEqualTo(4);
        DB.update("UPDATE contact SET phone = '+999' WHERE phone = '+1001'");
        assertThat(now(queries.recipients("t", "c", Channel.SMS, 0, 10)))
                .extracting(Recipient::n, Recipient::address)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, "+1001"),
                        org.assertj.core.groups.Tuple.tuple(2, "+1002"),
                        org.assertj.core.groups.Tuple.tuple(3, "+1004"),
                        org.assertj.core.groups.Tuple.tuple(4, "+1005"));
    }

    @Test
    void aDeletedCampaignTakesItsRecipientsAlong() {
        campaign("t", "c");
        now(queries.storeRecipients("t", "c", drafts(3)));
        campaign("t", "c", new CampaignCommand.Delete());
        assertThat(DB.number("SELECT count(*) FROM campaign_recipient")).isZero();
        assertThat(now(queries.find("t", "c"))).isEmpty();
    }
}
