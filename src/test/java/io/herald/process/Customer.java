package io.herald.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A tenant and what it does through the API. */
final class Customer {
    private static final long FIRST_NUMBER = 12_025_550_000L;

    private final Client admin;
    private final Client api;
    private final String tenant;

    /** An administrator's act. */
    Customer(HeraldProcess server, String name) {
        this.admin = server.admin();
        this.tenant = admin.post("/admin/tenants", Map.of("name", name, "tier", "unlimited"))
                .ok()
                .path("id")
                .asText();
        this.api = new Client(server.base(), newKey());
    }

    /** A key of this tenant that was not used yet. */
    String newKey() {
        return admin.post("/admin/tenants/" + tenant + "/api-keys", Map.of("name", "test"))
                .ok()
                .path("key")
                .asText();
    }

    Client admin() {
        return admin;
    }

    Client api() {
        return api;
    }

    /** Its own account for SMS at the simulator; {@code more} are fields of it. */
    String account(SimulatorProcess simulator, String name, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(more);
        all.put("tenant_id", tenant);
        return account(admin, simulator, name, all);
    }

    /** An account for SMS that serves all tenants. */
    static String sharedAccount(Client admin, SimulatorProcess simulator, String name, Map<String, Object> more) {
        return account(admin, simulator, name, more);
    }

    private static String account(Client admin, SimulatorProcess simulator, String name, Map<String, Object> more) {
        Map<String, Object> account = new HashMap<>(Map.of(
                "name",
                name,
                "provider",
                "twilio",
                "channels",
                List.of("sms"),
                "base_url",
                simulator.base(),
                "sender",
                "+15005550006",
                "credentials",
                Map.of("account_sid", "AC" + name, "auth_token", "token-of-" + name)));
        account.putAll(more);
        return admin.post("/admin/provider-accounts", account).ok().path("id").asText();
    }

    /** A campaign to this many people, that is not started yet. */
    String campaign(String account, int recipients) {
        String template = api.post(
                        "/api/v1/templates",
                        Map.of(
                                "name",
                                "Greeting",
                                "variants",
                                Map.of("sms", Map.of("body", "Hello {{first_name}}, this is for you"))))
                .ok()
                .path("id")
                .asText();
        return api.post(
                        "/api/v1/campaigns",
                        Map.of(
                                "name",
                                "Campaign",
                                "template_id",
                                template,
                                "audience",
                                Map.of("import_id", imported(recipients)),
                                "route",
                                List.of(Map.of("channel", "sms", "provider", account))))
                .ok()
                .path("id")
                .asText();
    }

    private String imported(int recipients) {
        StringBuilder csv = new StringBuilder("phone,first_name\n");
        numbers(recipients)
                .forEach(number ->
                        csv.append(number).append(",N").append(number, 6, 12).append('\n'));
        String path = "/api/v1/contacts/imports/"
                + api.upload("/api/v1/contacts/imports", csv.toString())
                        .ok()
                        .path("id")
                        .asText();
        Until.holds(
                "the import is completed",
                Duration.ofSeconds(60),
                () -> api.get(path).ok().path("status").asText().equals("completed"));
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The phone numbers of a campaign to this many people. */
    static List<String> numbers(int recipients) {
        return IntStream.range(0, recipients).mapToObj(Customer::number).toList();
    }

    static String number(int i) {
        return "+" + (FIRST_NUMBER + i);
    }

    JsonNode verb(String campaign, String verb) {
        return api.post("/api/v1/campaigns/" + campaign + "/" + verb, Map.of()).ok();
    }

    JsonNode stats(String campaign) {
        return api.get("/api/v1/campaigns/" + campaign + "/stats").ok();
    }

    JsonNode awaitCompleted(String campaign, Duration patience) {
        Until.holds(
                () -> "completed: " + stats(campaign),
                patience,
                () -> stats(campaign).path("status").asText().equals("completed"));
        return stats(campaign);
    }

    /** Each message of a campaign. */
    List<JsonNode> messages(String campaign) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("/api/v1/campaigns/" + campaign + "/messages?limit=1000"
                            + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .ok();
            page.path("items").forEach(all::add);
            cursor = page.path("next_cursor").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        return all;
    }

    /** The timeline's items, by {@code type}, or {@code type:by} where they say by what. */
    Set<String> timeline(String messageId) {
        JsonNode items =
                api.get("/api/v1/messages/" + messageId + "/timeline").ok().path("items");
        List<JsonNode> all = new ArrayList<>();
        items.forEach(all::add);
        return all.stream()
                .map(item -> item.path("type").asText()
                        + (item.has("by") ? ":" + item.path("by").asText() : ""))
                .collect(Collectors.toSet());
    }
}
