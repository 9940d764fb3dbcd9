package io.herald.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A new tenant of the Herald under load, and what it needs, set up through the API as an administrator and then its people would. */
final class Tenant {
    private static final int BULK = 1000;
    private static final int PAGE = 1000;

    /** A thousand people a second is far less than any import or dispatch does. */
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(30);

    private final Load load;
    private final Api administrator;
    private final String id;
    private final String key;
    private final Api api;

    /**
     * A provider account at the simulator.
     *
     * @param login {@code account_sid} or {@code api_key}
     * @param secret {@code auth_token}; Gupshup has none
     */
    record Account(String name, String login, String secret, String sender, URI webhook) {}

    /** A message that a provider took. */
    record Sent(String id, String providerId, String to) {}

    private Tenant(Load load, Api administrator, String id, String key) {
        this.load = load;
        this.administrator = administrator;
        this.id = id;
        this.key = key;
        this.api = new Api(load.herald(), key);
    }

    static Tenant create(Load load) {
        Api administrator = new Api(load.herald(), load.adminKey());
        String id = administrator
                .post("/admin/tenants", Map.of("name", "Load test", "tier", "unlimited"))
                .path("id")
                .asText();
        String key = administrator
                .post("/admin/tenants/" + id + "/api-keys", Map.of("name", "load test", "role", "operator"))
                .path("key")
                .asText();
        return new Tenant(load, administrator, id, key);
    }

    String id() {
        return id;
    }

    String key() {
        return key;
    }

    /** For SMS. */
    Account twilio(String name) {
        String sid = "AC" + hex(16);
        String token = hex(16);
        String sender = "+15005550006";
        Map<String, String> credentials = Map.of("account_sid", sid, "auth_token", token);
        return new Account(name, sid, token, sender, account(name, "twilio", "sms", sender, credentials));
    }

    /** For RCS. */
    Account gupshup(String name) {
        String login = hex(16);
        String sender = "HERALD";
        return new Account(name, login, "", sender, account(name, "gupshup", "rcs", sender, Map.of("api_key", login)));
    }

    private URI account(String name, String provider, String channel, String sender, Map<String, String> credentials) {
        JsonNode made = administrator.post(
                "/admin/provider-accounts",
                Map.of(
                        "name", name,
                        "provider", provider,
                        "tenant_id", id,
                        "channels", List.of(channel),
                        "base_url", load.simulator().toString(),
                        "sender", sender,
                        "credentials", credentials));
        return URI.create(made.path("webhook_url").asText());
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Sends to people who are all others, and comes back when their provider has taken every message. */
    List<Sent> send(Account account, String channel, long firstPerson, int count) {
        for (int done = 0; done < count; done += BULK) {
            List<Map<String, String>> recipients = LongStream.range(done, Math.min(count, done + BULK))
                    .mapToObj(person -> Map.of("to", Numbers.of(firstPerson + person)))
                    .toList();
            JsonNode answer = api.post(
                    "/api/v1/messages/bulk",
                    Map.of(
                            "recipients",
                            recipients,
                            "body",
                            "Your parcel comes today.",
                            "category",
                            "transactional",
                            "route",
                            List.of(Map.of("channel", channel, "provider", account.name()))));
            if (answer.path("refused").asInt() > 0) {
                throw new IllegalStateException("Herald refused messages: " + answer);
            }
        }
        for (String status : List.of("queued", "sending", "retrying")) {
            Api.await(
                    "messages are " + status,
                    patience(count),
                    () -> messages(channel, status, "", 1).path("items").isEmpty());
        }
        return sent(channel);
    }

    private List<Sent> sent(String channel) {
        List<Sent> sent = new ArrayList<>();
        JsonNode page = messages(channel, "sent", "", PAGE);
        while (true) {
            for (JsonNode item : page.path("items")) {
                sent.add(new Sent(
                        item.path("id").asText(),
                        item.path("provider_message_id").asText(),
                        item.path("to").asText()));
            }
            JsonNode next = page.path("next_cursor");
            if (next.isNull()) {
                return sent;
            }
            page = messages(channel, "sent", "&cursor=" + next.asText(), PAGE);
        }
    }

    String status(String message) {
        return api.get("/api/v1/messages/" + message).path("status").asText();
    }

    private JsonNode messages(String channel, String status, String cursor, int limit) {
        return api.get("/api/v1/messages?channel=" + channel + "&status=" + status + "&limit=" + limit + cursor);
    }

    /** A campaign to so many people, imported from a CSV file, that has been started. */
    String startCampaign(Account account, int people, int ratePerSecond) {
        String template = api.post(
                        "/api/v1/templates",
                        Map.of(
                                "name",
                                "Spring sale",
                                "variants",
                                Map.of("sms", Map.of("body", "{{first_name}}, the sale is on. Your code: {{code}}"))))
                .path("id")
                .asText();
        String campaign = api.post(
                        "/api/v1/campaigns",
                        Map.of(
                                "name",
                                "Spring sale",
                                "template_id",
                                template,
                                "audience",
                                Map.of("import_id", importPeople(people)),
                                "route",
                                List.of(Map.of("channel", "sms", "provider", account.name())),
                                "rate_per_second",
                                ratePerSecond))
                .path("id")
                .asText();
        api.post("/api/v1/campaigns/" + campaign + "/start", Map.of());
        return campaign;
    }

    private String importPeople(int count) {
        String csv = LongStream.range(0, count)
                .mapToObj(person -> Numbers.of(person) + ",Ada,H" + Long.toString(person, 36))
                .collect(Collectors.joining("\n", "phone,first_name,code\n", "\n"));
        String path = "/api/v1/contacts/imports/"
                + api.post("/api/v1/contacts/imports", "text/csv", csv)
                        .path("id")
                        .asText();
        Api.await(
                "the import is completed",
                patience(count),
                () -> api.get(path).path("status").asText().equals("completed"));
        return path.substring(path.lastIndexOf('/') + 1);
    }

    JsonNode stats(String campaign) {
        return api.get("/api/v1/campaigns/" + campaign + "/stats");
    }

    void cancel(String campaign) {
        api.post("/api/v1/campaigns/" + campaign + "/cancel", Map.of());
    }

    private static Duration patience(int messages) {
        return LEAST_PATIENCE.plusMillis(messages);
    }
}
