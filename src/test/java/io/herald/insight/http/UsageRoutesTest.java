package io.herald.insight.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.platform.sql.Sql;
import io.herald.simulator.AuditSummary;
import io.herald.simulator.Simulator;
import io.herald.support.Customer;
import io.herald.support.TestDatabase;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage as a customer asks for it. */
class UsageRoutesTest {
    private static final TestNode NODE = TestNode.shared();
    private static final int MANY = 120;

    private final Customer customer = NODE.customer();

    /** As if so many SMS of two segments had been taken that day, by one of two writers. */
    private static void took(String tenant, String day, String channel, String account, int messages)
            throws SQLException {
        try (Connection c = TestDatabase.connect(NODE.databaseUrl())) {
            for (String stripe : List.of("one", "two")) {
                Sql.update(c, """
                        INSERT INTO usage_counter VALUES (?, ?::date, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                        """, tenant, day, channel, account, stripe, messages, messages, messages, 2 * messages);
            }
        }
    }

    private JsonNode usage(String query) {
        String target = query.isEmpty() ? "/api/v1/usage" : "/api/v1/usage?" + query;
        return customer.api().get(target).expect(200).json();
    }

    /** The groups' names and what was accepted of each. */
    private static List<String> accepted(JsonNode usage, String... dimensions) {
        List<String> lines = new ArrayList<>();
        for (JsonNode item : usage.path("items")) {
            StringBuilder line = new StringBuilder();
            for (String dimension : dimensions) {
                line.append(item.path(dimension).asText()).append(' ');
            }
            lines.add(line + item.path("accepted").asText());
        }
        return lines;
    }

    @Test
    void itIsGroupedAsAskedAndAddedUp() throws SQLException {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer.Account sms = customer.twilio(vendor);
            took(customer.id(), "2026-01-31", "sms", sms.id(), 1);
            took(customer.id(), "2026-02-01", "sms", sms.id(), 2);
            took(customer.id(), "2026-02-01", "rcs", "gone", 4);
            took(customer.id(), "2026-02-28", "sms", "gone", 8);
            took(customer.id(), "2026-03-01", "sms", sms.id(), 16);

            String february = "from=2026-02-01&to=2026-02-28";
            JsonNode byDay = usage(february);
            assertThat(byDay.path("from").asText()).isEqualTo("2026-02-01");
            assertThat(byDay.path("to").asText()).isEqualTo("2026-02-28");
            assertThat(accepted(byDay, "day")).containsExactly("2026-02-01 12", "2026-02-28 16");
            assertThat(byDay.at("/total/accepted").asLong()).isEqualTo(28);
            assertThat(byDay.at("/total/segments").asLong()).isEqualTo(56);
            assertThat(byDay.at("/total/failed").asLong(-1)).isZero();

            assertThat(accepted(usage(february + "&group_by=channel"), "channel"))
                    .containsExactly("rcs 8", "sms 20");
            assertThat(accepted(usage(february + "&group_by=channel,day"), "channel", "day"))
                    .containsExactly("rcs 2026-02-01 8", "sms 2026-02-01 4", "sms 2026-02-28 16");
            assertThat(accepted(usage("from=2026-01-01&to=2026-12-31&group_by=month"), "month"))
                    .containsExactly("2026-01 2", "2026-02 28", "2026-03 32");

            JsonNode byAccount = usage(february + "&group_by=account");
            assertThat(accepted(byAccount, "account", "account_name", "provider"))
                    .containsExactlyInAnyOrder(sms.id() + " " + sms.name() + " twilio 4", "gone   24");
            assertThat(usage(february + "&group_by=account,account", 400)).isNotEmpty();

            assertThat(accepted(usage(february + "&channel=rcs"), "day")).containsExactly("2026-02-01 8");
            for (String named : List.of(sms.id(), sms.name())) {
                JsonNode one = usage(february + "&account=" + named);
                assertThat(accepted(one, "day")).containsExactly("2026-02-01 4");
                assertThat(one.at("/total/accepted").asLong()).isEqualTo(4);
            }
            assertThat(usage(february + "&account=nobodys").path("items")).isEmpty();
        }
    }

    private String usage(String query, int status) {
        return customer.api()
                .call("GET", "/api/v1/usage?" + query)
                .wrong()
                .send()
                .expect(status)
                .at("/detail");
    }

    @Test
    void thisMonthUntilTodayIsMeantWhereNothingIsSaid() throws SQLException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        JsonNode empty = usage("");
        assertThat(LocalDate.parse(empty.path("to").asText())).isBetween(today, today.plusDays(1));
        assertThat(empty.path("from").asText())
                .isEqualTo(LocalDate.parse(empty.path("to").asText())
                        .withDayOfMonth(1)
                        .toString());
        assertThat(empty.path("items")).isEmpty();
        assertThat(empty.at("/total/messages").asLong(-1)).isZero();
        took(customer.id(), "2026-02-09", "sms", "gone", 1);
        JsonNode february = usage("to=2026-02-10");
        assertThat(february.path("from").asText()).isEqualTo("2026-02-01");
        assertThat(february.path("items")).hasSize(1);
    }

    @Test
    void anothersIsNotSeenByAnyName() throws SQLException {
        try (Simulator vendor = TestNode.simulator("")) {
            Customer other = NODE.customer();
            Customer.Account account = other.twilio(vendor);
            took(other.id(), "2026-02-01", "sms", account.id(), 3);
            for (String more : List.of("", "&account=" + account.id(), "&account=" + account.name(), "&channel=sms")) {
                JsonNode seen = usage("from=2026-02-01&to=2026-02-28" + more);
                assertThat(seen.path("items")).as(more).isEmpty();
                assertThat(seen.at("/total/accepted").asLong(-1)).as(more).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=2026-02-30",
                "from=20260201",
                "to=2026-2-1",
                "to=",
                "to=+12026-02-01",
                "from=2026-02-02&to=2026-02-01",
                "from=9999-01-01",
                "from=2025-01-01&to=2026-01-02",
                "channel=pigeon",
                "group_by=",
                "group_by=hour",
                "group_by=DAY",
                "group_by=day,",
                "group_by=day,day",
                "group=day",
                "tenant_id=t1",
                "limit=10"
            })
    void whatCantBeAskedIsRefused(String query) {
        assertThat(usage(query, 400)).isNotEmpty();
    }

    @Test
    void aWholeLeapYearMayBeAskedFor() {
        assertThat(usage("from=2028-01-01&to=2028-12-31").path("items")).isEmpty();
    }

    @Test
    void aViewersKeyIsEnoughAndTheAdministratorsIsNone() {
        NODE.key(customer.id(), "viewer").get("/api/v1/usage").expect(200);
        NODE.administrator().call("GET", "/api/v1/usage").send().expect(403);
        NODE.anyone().call("GET", "/api/v1/usage").send().expect(401);
    }

    /** The books of a faulty campaign in three versions: Herald's ledger, Herald's usage, the vendors' own count. */
    @Test
    void itIsWhatTheVendorsCountedAndWhatTheLedgerSays() {
        String faults =
                "error=0.05,incapable=0.3,undelivered=0.1,reset_after_accept=0.05,callback_delay=20ms,callback_duplicate=0.3";
        try (Simulator vendor = TestNode.simulator(faults)) {
            Customer.Account rcs = customer.gupshup(vendor);
            Customer.Account sms = customer.twilio(vendor);
            String campaign = customer.campaign(
                    customer.template(), List.of(Customer.step("rcs", rcs), Customer.step("sms", sms)), MANY, Map.of());
            customer.api().post("/api/v1/campaigns/" + campaign + "/start").expect(200);
            JsonNode stats = customer.ended(campaign);
            Until.holds("all callbacks have come", Duration.ofSeconds(30), vendor::quiet);

            JsonNode usage = usage("group_by=account");
            JsonNode total = usage.path("total");
            assertThat(total.path("messages").asInt()).isEqualTo(MANY);
            assertThat(total.path("failed").asInt())
                    .isEqualTo(stats.at("/ledger/failed").asInt());
            assertThat(total.path("fallbacks").asInt())
                    .isEqualTo(stats.path("fallback").asInt())
                    .isPositive();
            for (String shown : List.of("rejected", "unknown", "resolved", "undelivered")) {
                assertThat(total.path(shown).asInt()).as(shown).isPositive();
            }
            AuditSummary audit = vendor.summary();
            compare(
                    usage,
                    rcs,
                    Objects.requireNonNull(
                            audit.accounts().get(rcs.credentials().get("api_key"))));
            compare(
                    usage,
                    sms,
                    Objects.requireNonNull(
                            audit.accounts().get(sms.credentials().get("account_sid"))));
        }
    }

    /** What an attempt came to whose answer was lost is known but where the vendor tells: Twilio can be asked, Gupshup can't. */
    private static void compare(JsonNode usage, Customer.Account account, AuditSummary.Account vendors) {
        for (JsonNode item : usage.path("items")) {
            if (item.path("account").asText().equals(account.id())) {
                long hidden =
                        item.path("unknown").asLong() - item.path("resolved").asLong();
                assertThat(hidden).isBetween(0L, item.path("provider").asText().equals("twilio") ? 0L : MANY);
                assertBetween(item, "accepted", hidden, vendors.accepted());
                assertBetween(item, "delivered", hidden, vendors.delivered());
                assertBetween(item, "undelivered", hidden, vendors.undelivered());
                assertThat(item.path("attempts").asLong())
                        .isGreaterThanOrEqualTo(item.path("accepted").asLong())
                        .isPositive();
                return;
            }
        }
        throw new AssertionError("no usage of " + account.name());
    }

    private static void assertBetween(JsonNode item, String counter, long hidden, long vendors) {
        long ours = item.path(counter).asLong();
        assertThat(vendors).as("%s of %s", counter, item).isBetween(ours, ours + hidden);
    }
}
