package io.herald.support;

import io.herald.platform.sql.Sql;
import io.herald.simulator.Simulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node that looks all the time for messages that are not to be kept any longer, by a clock that tests move. */
public final class RetentionRig implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public final ShiftedClock clock;
    public final TestNode node;

    /** @param more settings that are not the usual ones */
    public RetentionRig(ShiftedClock clock, Map<String, ?> more) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "herald.retention.interval", "50 ms", "herald.retention.batch", 7, "herald.retention.pause", "1 ms"));
        settings.putAll(more);
        this.clock = clock;
        this.node = TestNode.start(settings, clock);
    }

    public RetentionRig() {
        this(new ShiftedClock(), Map.of());
    }

    /** A new customer whose messages are kept for so many days; absent: for good. */
    public Customer customer(@Nullable Integer days) {
        Customer customer = node.customer();
        if (days != null) {
            node.administrator()
                    .put("/admin/tenants/" + customer.id() + "/retention", "{\"message_days\": " + days + "}")
                    .expect(200);
        }
        return customer;
    }

    /** An ended campaign by RCS, then SMS, on whose messages no more reports are to come. */
    public String ended(Customer customer, Simulator vendor, int recipients) {
        var route =
                List.of(Customer.step("rcs", customer.gupshup(vendor)), Customer.step("sms", customer.twilio(vendor)));
        String campaign = customer.campaign(customer.template(), route, recipients, Map.of());
        customer.api().post("/api/v1/campaigns/" + campaign + "/start").expect(200);
        customer.ended(campaign);
        Until.holds(
                () -> "all have arrived, or not: " + customer.stats(campaign),
                PATIENCE,
                () -> customer.stats(campaign).path("delivered").asLong()
                                + customer.stats(campaign).path("undelivered").asLong()
                        == recipients);
        return campaign;
    }

    public void days(int days) {
        clock.forward(Duration.ofDays(days));
    }

    /** Waits until nothing is left of the campaign's messages that is to go. */
    public void goes(String campaign) {
        Until.holds(campaign + " is without messages", PATIENCE, () -> count("""
                SELECT count(*) FROM campaign c WHERE id = ? AND messages_removed_at IS NOT NULL
                    AND NOT EXISTS (SELECT FROM campaign_recipient r WHERE r.campaign_id = c.id)
                """, campaign) == 1);
    }

    public long count(String sql, @Nullable Object... parameters) {
        return node.application()
                .database()
                .runHere(c -> Sql.one(c, sql, row -> row.getLong(1), parameters))
                .orElseThrow();
    }

    public List<String> texts(String sql, @Nullable Object... parameters) {
        return node.application().database().runHere(c -> Sql.list(c, sql, row -> row.getString(1), parameters));
    }

    public void execute(String sql) {
        node.application().database().runHere(c -> Sql.update(c, sql));
    }

    /** From now on the database refuses to delete a row of this table, where the condition on {@code OLD} holds. */
    public void keep(String table, String condition) {
        execute("CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''kept''; END'");
        execute("CREATE TRIGGER kept BEFORE DELETE ON " + table + " FOR EACH ROW WHEN (" + condition
                + ") EXECUTE FUNCTION kept()");
    }

    public void keepNoMore() {
        execute("DROP FUNCTION kept CASCADE");
    }

    @Override
    public void close() {
        node.close();
    }
}
