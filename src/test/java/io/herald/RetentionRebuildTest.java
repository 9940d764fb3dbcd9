package io.herald;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.campaign.Retention;
import io.herald.simulator.Simulator;
import io.herald.support.Customer;
import io.herald.support.Logged;
import io.herald.support.RetentionRig;
import io.herald.support.ShiftedClock;
import io.herald.support.TestDatabase;
import io.herald.support.TestNode;
import io.herald.support.Until;
import io.herald.support.ViewCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Views made again from a journal of which retention has taken a part. */
class RetentionRebuildTest {

    @Test
    void theyAreTheSameRowByRowInTheMidstOfARemovalAndAfterIt() throws SQLException {
        ShiftedClock clock = new ShiftedClock();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        String url;
        String gone;
        String half;
        String kept;
        Customer customer;
        Customer other;
        JsonNode stats;
        JsonNode statsOfHalf;
        JsonNode usage;
        try (Simulator vendor = TestNode.simulator("incapable=0.3,undelivered=0.2")) {
            try (RetentionRig rig = new RetentionRig(clock, Map.of());
                    Logged log = new Logged(Retention.class)) {
                url = rig.node.databaseUrl();
                customer = rig.customer(30);
                gone = rig.ended(customer, vendor, 20);
                half = rig.ended(customer, vendor, 30);
                other = rig.customer(null);
                kept = rig.ended(other, vendor, 20);
                stats = customer.stats(gone);
                statsOfHalf = customer.stats(half);
                usage = usage(rig, customer, today);
                assertThat(usage.at("/total/messages").asInt()).isEqualTo(50);
                rig.keep("message", "OLD.id LIKE '" + half + "-25'");
                rig.days(31);
                rig.goes(gone);
                Until.holds(
                        "one is broken off",
                        Duration.ofSeconds(20),
                        () -> log.messages().stream().anyMatch(m -> m.contains("could not be removed")));
            }
            try (Connection c = TestDatabase.connect(url);
                    Statement s = c.createStatement()) {
                assertThat(ViewCopy.number(s, "SELECT count(*) FROM message WHERE campaign_id = '" + half + "'"))
                        .isBetween(1L, 29L);
                rebuiltIsLive(url, s);
                s.execute("DROP FUNCTION kept CASCADE");
            }
            try (RetentionRig rig = new RetentionRig(clock, Map.of(TestNode.DATABASE, url))) {
                rig.goes(half);
                assertThat(new Customer(rig.node, customer.id(), rig.node.key(customer.id(), "admin")).stats(gone))
                        .isEqualTo(stats);
                assertThat(usage(rig, customer, today)).isEqualTo(usage);
            }
            try (Connection c = TestDatabase.connect(url);
                    Statement s = c.createStatement()) {
                s.execute("DROP SCHEMA live CASCADE");
                rebuiltIsLive(url, s);
                assertThat(ViewCopy.number(s, "SELECT count(*) FROM message")).isEqualTo(20);
                assertThat(ViewCopy.number(
                                s, "SELECT count(*) FROM campaign_ledger WHERE campaign_id <> '" + kept + "'"))
                        .isZero();
            }
            try (RetentionRig rig = new RetentionRig(clock, Map.of(TestNode.DATABASE, url))) {
                Customer again = new Customer(rig.node, customer.id(), rig.node.key(customer.id(), "admin"));
                assertThat(again.stats(gone)).isEqualTo(stats);
                assertThat(again.stats(half)).isEqualTo(statsOfHalf);
                assertThat(usage(rig, customer, today)).isEqualTo(usage);
            }
        }
    }

    private static JsonNode usage(RetentionRig rig, Customer customer, LocalDate today) {
        return rig.node
                .key(customer.id(), "viewer")
                .get("/api/v1/usage?group_by=account,day&from=" + today + "&to=" + today.plusDays(1))
                .expect(200)
                .json();
    }

    private static void rebuiltIsLive(String url, Statement s) throws SQLException {
        ViewCopy.take(s);
        ViewsCommand.rebuild(TestDatabase.settings(url));
        ViewCopy.isWhatIsThere(s);
    }
}
