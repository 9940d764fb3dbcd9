package io.herald.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.TestDatabase;
import io.herald.support.Until;
import io.herald.support.ViewCopy;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The views after a campaign with all of the demo's faults, made again from the journal, beside those that were written with it. */
class ViewsRebuildTest {
    private static final int RECIPIENTS = 50_000;
    private static final int WRONG_SETTING = 2;
    private static final String SHAPE = """
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT relname || ' ' || array_to_string(reloptions, ',') FROM pg_class WHERE reloptions IS NOT NULL
                AND relnamespace = 'public'::regnamespace
            UNION ALL SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ordinal_position
                FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
            ORDER BY 1
            """;

    @RegisterExtension
    final Processes processes = new Processes();

    @Test
    @Timeout(240)
    void theyAreTheSameRowByRow() throws Exception {
        PostgresProcess postgres = processes.postgres();
        assertThat(run(Duration.ofSeconds(150), postgres, "demo", "--recipients", "" + RECIPIENTS, "--exit", "--json"))
                .isZero();
        try (Connection c = TestDatabase.connect(postgres.url());
                Statement s = c.createStatement()) {
            List<String> shape = texts(s, SHAPE);
            ViewCopy.take(s);
            assertThat(ViewCopy.number(s, "SELECT count(*) FROM live.message")).isEqualTo(RECIPIENTS);
            assertThat(ViewCopy.number(s, "SELECT count(DISTINCT status) FROM live.message"))
                    .isGreaterThan(1);

            assertThat(run(Duration.ofSeconds(60), postgres, "views", "rebuild"))
                    .isZero();

            ViewCopy.isWhatIsThere(s);
            for (String counters : List.of("campaign_ledger", "usage_counter")) {
                assertThat(texts(s, "SELECT DISTINCT stripe FROM " + counters)).containsExactly("rebuilt");
            }
            usageAgreesWithTheMessages(s);
            assertThat(texts(s, SHAPE)).isEqualTo(shape);
        }
    }

    private static void usageAgreesWithTheMessages(Statement s) throws SQLException {
        assertThat(ViewCopy.number(s, "SELECT sum(messages) FROM usage_counter"))
                .isEqualTo(RECIPIENTS);
        assertThat(ViewCopy.number(s, "SELECT sum(attempts) FROM usage_counter"))
                .isEqualTo(ViewCopy.number(s, "SELECT sum(attempts) FROM message"));
        assertThat(ViewCopy.number(s, "SELECT sum(failed) FROM usage_counter"))
                .isEqualTo(ViewCopy.number(s, "SELECT count(*) FROM message WHERE status = 'failed'"));
        assertThat(ViewCopy.number(s, "SELECT sum(fallbacks) FROM usage_counter"))
                .isEqualTo(ViewCopy.number(s, "SELECT sum(fallback) FROM campaign_ledger"))
                .isPositive();
        assertThat(ViewCopy.number(s, "SELECT sum(segments) FROM usage_counter"))
                .isGreaterThanOrEqualTo(ViewCopy.number(s, "SELECT sum(segments) FROM message"));
    }

    @Test
    @Timeout(100)
    void aNodeAndARebuildKeepOneAnotherOut() throws Exception {
        PostgresProcess postgres = processes.postgres();
        HeraldProcess server = processes.server(postgres.url());
        Customer customer = new Customer(server, "Late");
        customer.account(processes.simulator("latency=20ms"), "late", Map.of());
        Client api = customer.api();
        Map<String, Object> message = Map.of(
                "to",
                "+14155550100",
                "body",
                "Hello",
                "scheduled_at",
                Instant.now().plus(Duration.ofHours(1)).toString());
        try (Connection c = TestDatabase.connect(postgres.url());
                Statement s = c.createStatement()) {
            s.execute("SELECT pg_advisory_lock(x'484552414c44'::bigint)"); // as a rebuild does
            Client.Reply refused = api.post("/api/v1/messages", message);
            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        }
        Until.holds(
                "messages are taken again",
                Duration.ofSeconds(10),
                () -> api.post("/api/v1/messages", message).status() == 202);
        assertThat(run(Duration.ofSeconds(60), postgres, "views", "rebuild"))
                .as("beside a node that writes")
                .isEqualTo(WRONG_SETTING);
    }

    private int run(Duration patience, PostgresProcess postgres, String... arguments)
            throws IOException, InterruptedException {
        return processes
                .run(
                        patience,
                        Map.of(
                                "HERALD_DB_URL",
                                postgres.url(),
                                "HERALD_DATA_DIR",
                                processes.file("data").toString(),
                                "HERALD_HTTP_PORT",
                                Integer.toString(Ports.free()),
                                "HERALD_REMOTE_PORT",
                                "0"),
                        arguments)
                .status();
    }

    private static List<String> texts(Statement s, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet row = s.executeQuery(sql)) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }
}
