package io.herald.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A tenant of a node, with what its tests keep needing: accounts with simulated vendors, templates, campaigns.
 *
 * @param api with a key that may do everything
 */
public record Customer(TestNode node, String id, Api api) {
    public static final Set<String> ENDS = Set.of("completed", "cancelled", "failed");

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A provider account of this tenant. */
    public record Account(String id, String name, Map<String, String> credentials, String webhookUrl) {}

    /** A Twilio account for SMS, with credentials that no other has. */
    public Account twilio(Simulator vendor) {
        int n = COUNT.incrementAndGet();
        return account(
                vendor,
                "twilio-" + n,
                "twilio",
                "sms",
                "+15005550006",
                Map.of("account_sid", "AC%032d".formatted(n), "auth_token", "%032d".formatted(n)));
    }

    /** A Gupshup account for RCS, whose callbacks come back to the node. */
    public Account gupshup(Simulator vendor) {
        int n = COUNT.incrementAndGet();
        String key = "gupshup-key-" + n;
        Account account = account(vendor, "gupshup-" + n, "gupshup", "rcs", "HERALD", Map.of("api_key", key));
        vendor.gupshupCallback(key, account.webhookUrl());
        return account;
    }

    private Account account(
            Simulator vendor,
            String name,
            String provider,
            String channel,
            String sender,
            Map<String, String> credentials) {
        JsonNode made = node.administrator()
                .post(
                        "/admin/provider-accounts",
                        Api.write(Map.of(
                                "name", name,
                                "provider", provider,
                                "tenant_id", id,
                                "channels", List.of(channel),
                                "base_url", "http://127.0.0.1:" + vendor.port(),
                                "sender", sender,
                                "credentials", credentials)))
                .expect(201)
                .json();
        return new Account(
                made.path("id").asText(),
                name,
                credentials,
                made.path("webhook_url").asText());
    }

    /** A template that greets by {@code name} on SMS and RCS. */
    public String template() {
        return api.post("/api/v1/templates", """
                        {"name": "Greeting", "variants": {
                          "sms": {"body": "Hello {{name}}"},
                          "rcs": {"body": "Hello {{name}}", "card": {"title": "Hello", "description": "For {{name}}"}}}}
                        """).expect(201).at("/id");
    }

    /** @param more fields beside the needed ones, or instead of them */
    public String campaign(String template, List<Map<String, ?>> route, int recipients, Map<String, ?> more) {
        List<Map<String, Object>> people = new java.util.ArrayList<>();
        for (int i = 0; i < recipients; i++) {
            people.add(Map.of("to", number(i), "variables", Map.of("name", "Person " + i)));
        }
        Map<String, Object> definition = new HashMap<>(Map.of(
                "name", "Campaign", "template_id", template, "audience", Map.of("recipients", people), "route", route));
        definition.putAll(more);
        return api.post("/api/v1/campaigns", Api.write(definition)).expect(201).at("/id");
    }

    public String campaign(String template, Account account, int recipients) {
        return campaign(template, List.of(step("sms", account)), recipients, Map.of());
    }

    public static Map<String, ?> step(String channel, Account account) {
        return Map.of("channel", channel, "provider", account.name());
    }

    /** The telephone number of the recipient in that place. */
    public static String number(int recipient) {
        return "+1415555%04d".formatted(recipient);
    }

    public JsonNode stats(String campaign) {
        return api.get("/api/v1/campaigns/" + campaign + "/stats").expect(200).json();
    }

    /** Waits until the campaign has ended. @return its closing stats */
    public JsonNode ended(String campaign) {
        return inStatus(campaign, ENDS);
    }

    /** Waits until the campaign is in one of these statuses. */
    public JsonNode inStatus(String campaign, Set<String> statuses) {
        Until.holds(
                () -> "campaign " + campaign + " is in one of " + statuses + ": " + stats(campaign),
                PATIENCE,
                () -> statuses.contains(stats(campaign).path("status").asText()));
        return stats(campaign);
    }

    /** Waits until the message is in one of these statuses. @return the message */
    public JsonNode message(String message, Set<String> statuses) {
        String path = "/api/v1/messages/" + message;
        Until.holds(
                () -> "message " + message + " is in one of " + statuses + ": " + api.get(path),
                PATIENCE,
                () -> statuses.contains(api.get(path).expect(200).at("/status")));
        return api.get(path).json();
    }
}
