package io.herald;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import io.herald.kernel.Ids;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Problem;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Sql;
import io.herald.simulator.AuditSummary;
import io.herald.simulator.Faults;
import io.herald.simulator.Simulator;
import io.herald.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A campaign from a CSV file to closed books, done as a customer would: everything goes through the API. At the end Herald's books
 * stand beside the simulator's own count.
 */
final class Demo implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration RECEIPTS_PATIENCE = Duration.ofSeconds(30);

    private final Application application;
    private final Simulator simulator;
    private final String adminKey;
    private final DemoTerminal terminal;
    private final AtomicReference<@Nullable Shown> shown;
    private final RunMeter meter;
    private final HttpClient http = HttpClient.newHttpClient();

    /** What the page at {@code /} is told, so that it need not ask for a key. */
    private record Shown(String apiKey, String campaignId) {}

    private Demo(
            Application application,
            Simulator simulator,
            String adminKey,
            DemoTerminal terminal,
            AtomicReference<@Nullable Shown> shown) {
        this.application = application;
        this.simulator = simulator;
        this.adminKey = adminKey;
        this.terminal = terminal;
        this.shown = shown;
        this.meter = new RunMeter(application.embedded());
    }

    static Demo start(Config config, String adminKey, Faults faults, DemoTerminal terminal) {
        AtomicReference<@Nullable Shown> shown = new AtomicReference<>();
        Application application =
                Application.start(config, List.of(Endpoint.get("/demo", Access.OPEN, x -> shown(x, shown.get()))));
        Simulator simulator = SimulatorCommand.start(new SimulatorSettings("127.0.0.1", 0, faults, null));
        terminal.say("Herald serves http://localhost:" + application.httpPort() + "/ and the simulator "
                + "http://localhost:" + simulator.port() + "/_audit/summary");
        return new Demo(application, simulator, adminKey, terminal, shown);
    }

    /** For this machine's own browser only: the server is bound to loopback, and a page of another name is refused. */
    private static CompletionStage<Answer> shown(Exchange x, @Nullable Shown shown) {
        String host = x.request().getUri().getHost().address();
        if (shown == null || !(host.equals("localhost") || host.equals("127.0.0.1"))) {
            throw Problem.notFound("there is nothing at this path");
        }
        return CompletableFuture.completedFuture(Answer.ok(shown));
    }

    /** @return the ledger, the simulator's count, and whether they agree */
    JsonNode run(Path csv) throws IOException, InterruptedException {
        String run = Ids.compact(System.currentTimeMillis());
        String tenant = post(adminKey, "/admin/tenants", Map.of("name", "Demo", "tier", "unlimited"))
                .path("id")
                .asText();
        String key = post(adminKey, "/admin/tenants/" + tenant + "/api-keys", Map.of("name", "demo"))
                .path("key")
                .asText();
        String rcsKey = "demo-" + run;
        JsonNode rcs = account(tenant, "demo-rcs", "gupshup", "rcs", "HERALD", Map.of("api_key", rcsKey));
        simulator.gupshupCallback(rcsKey, local(rcs.path("webhook_url").asText()));
        String sid = "AC" + run + run;
        JsonNode sms = account(
                tenant,
                "demo-sms",
                "twilio",
                "sms",
                "+15005550006",
                Map.of("account_sid", sid, "auth_token", Ids.secret()));
        String template = post(key, "/api/v1/templates", template()).path("id").asText();
        terminal.say("Tenant " + tenant + ", API key " + key);

        String imported = upload(key, csv);
        String campaign = post(
                        key,
                        "/api/v1/campaigns",
                        Map.of(
                                "name",
                                "Demo",
                                "template_id",
                                template,
                                "audience",
                                Map.of("import_id", imported),
                                "route",
                                List.of(
                                        Map.of("channel", "rcs", "provider", "demo-rcs", "ttl_seconds", 20),
                                        Map.of("channel", "sms", "provider", "demo-sms"))))
                .path("id")
                .asText();
        shown.set(new Shown(key, campaign));
        terminal.say("Campaign " + campaign + ": RCS, then SMS. Watch it at http://localhost:" + application.httpPort()
                + "/");

        meter.begin();
        post(key, "/api/v1/campaigns/" + campaign + "/start", Map.of());
        meter.end(watch(key, campaign));
        return result(
                receipts(key, campaign),
                rcs.path("id").asText(),
                rcsKey,
                sms.path("id").asText(),
                sid);
    }

    private JsonNode account(
            String tenant, String name, String provider, String channel, String sender, Map<String, String> credentials)
            throws IOException, InterruptedException {
        return post(
                adminKey,
                "/admin/provider-accounts",
                Map.of(
                        "name", name,
                        "provider", provider,
                        "tenant_id", tenant,
                        "channels", List.of(channel),
                        "base_url", "http://127.0.0.1:" + simulator.port(),
                        "sender", sender,
                        "credentials", credentials));
    }

    /** Callbacks of the demo come from this machine, whatever the public URL says. */
    private String local(String webhookUrl) {
        return "http://127.0.0.1:" + application.httpPort()
                + URI.create(webhookUrl).getRawPath();
    }

    private static Map<String, Object> template() {
        return Map.of(
                "name",
                "Spring sale",
                "variants",
                Map.of(
                        "rcs",
                        Map.of(
                                "body",
                                "{{first_name}}, the spring sale is on in {{city}}. Your code: {{code}}",
                                "card",
                                Map.of(
                                        "title",
                                        "Spring sale in {{city}}",
                                        "description",
                                        "{{first_name}}, your code is {{code}}.",
                                        "media",
                                        Map.of(
                                                "url", "https://example.com/spring.png",
                                                "content_type", "image/png")),
                                "suggestions",
                                List.of(Map.of(
                                        "type", "action",
                                        "text", "Shop now",
                                        "url", "https://example.com/spring?code={{code}}"))),
                        "sms",
                        Map.of("body", "{{first_name}}, the spring sale is on in {{city}}. Your code: {{code}}")));
    }

    private String upload(String key, Path csv) throws IOException, InterruptedException {
        JsonNode accepted = send(request(key, "/api/v1/contacts/imports")
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofFile(csv))
                .build());
        String id = accepted.path("id").asText();
        while (true) {
            JsonNode job = get(key, "/api/v1/contacts/imports/" + id);
            String status = job.path("status").asText();
            if (status.equals("failed")) {
                throw new IOException(
                        "the import failed: " + job.path("failure").asText());
            }
            if (status.equals("completed")) {
                terminal.say(String.format(
                        Locale.ROOT,
                        "Imported %s: %,d rows, %,d people, %,d merged, %,d refused",
                        csv.getFileName(),
                        job.path("rows").asLong(),
                        job.path("accepted").asLong(),
                        job.path("merged").asLong(),
                        job.path("rejected").asLong()));
                int shownErrors = 0;
                for (JsonNode error : job.path("errors")) {
                    if (++shownErrors <= 5) {
                        terminal.say("  line " + error.path("line").asLong() + ": "
                                + error.path("field").asText() + " "
                                + error.path("reason").asText());
                    }
                }
                return id;
            }
            pause();
        }
    }

    /** @return how many messages wait no more and are not in flight, at the end */
    private long watch(String key, String campaign) throws IOException, InterruptedException {
        while (true) {
            JsonNode stats = get(key, "/api/v1/campaigns/" + campaign + "/stats");
            long done = draw(stats);
            if (List.of("completed", "cancelled", "failed")
                    .contains(stats.path("status").asText())) {
                return done;
            }
            meter.sample(done);
            pause();
        }
    }

    /** @return how many messages wait no more and are not in flight */
    private long draw(JsonNode stats) {
        JsonNode ledger = stats.path("ledger");
        long targeted = ledger.path("targeted").asLong();
        long waiting = ledger.path("waiting").asLong();
        long inFlight = ledger.path("in_flight").asLong();
        long done = targeted - waiting - inFlight;
        terminal.progress(
                stats.path("status").asText(),
                done,
                targeted,
                stats.path("rate_per_second").asDouble(),
                waiting,
                inFlight);
        return done;
    }

    /** The books are closed when nothing more will be sent; receipts of the last messages come a moment later. */
    private JsonNode receipts(String key, String campaign) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + RECEIPTS_PATIENCE.toNanos();
        while (!simulator.quiet() && System.nanoTime() - giveUp < 0) {
            pause();
        }
        return get(key, "/api/v1/campaigns/" + campaign + "/stats");
    }

    private JsonNode result(JsonNode stats, String rcs, String rcsKey, String sms, String sid) {
        AuditSummary audit = simulator.summary();
        long rcsHere = accepted(rcs);
        long smsHere = accepted(sms);
        long rcsThere = distinct(audit, rcsKey);
        long smsThere = distinct(audit, sid);
        JsonNode ledger = stats.path("ledger");
        boolean agrees = ledger.path("balanced").asBoolean() && rcsHere == rcsThere && smsHere == smsThere;
        ObjectNode result = Json.mapper().createObjectNode();
        result.set("ledger", ledger);
        for (String field : List.of("status", "delivered", "undelivered", "read", "fallback", "segments")) {
            result.set(field, stats.path(field));
        }
        result.putObject("accepted").put("rcs", rcsHere).put("sms", smsHere);
        ObjectNode there = result.putObject("simulator");
        there.put("rcs", rcsThere).put("sms", smsThere);
        there.put("requests", audit.requests()).put("accepted", audit.accepted());
        there.put("distinct", audit.distinct()).put("duplicates", audit.duplicates());
        result.put("agrees", agrees);
        meter.put(result, ledger.path("targeted").asLong());
        terminal.say(table(ledger, stats, result));
        return result;
    }

    private static String table(JsonNode ledger, JsonNode stats, JsonNode result) {
        StringBuilder table = new StringBuilder("\nThe closing ledger\n");
        for (String place : List.of(
                "targeted",
                "suppressed",
                "waiting",
                "in_flight",
                "accepted",
                "failed",
                "unknown",
                "expired",
                "cancelled")) {
            table.append(String.format(
                    Locale.ROOT, "  %-12s %,10d%n", place, ledger.path(place).asLong()));
        }
        table.append(String.format(
                Locale.ROOT,
                "  %-12s %10s%n",
                "balanced",
                ledger.path("balanced").asText()));
        table.append(String.format(
                Locale.ROOT,
                "  delivered %,d, undelivered %,d, by fallback %,d%n",
                stats.path("delivered").asLong(),
                stats.path("undelivered").asLong(),
                stats.path("fallback").asLong()));
        table.append(String.format(Locale.ROOT, "%nAccepted    %12s %12s%n", "Herald", "simulator"));
        for (String channel : List.of("rcs", "sms")) {
            table.append(String.format(
                    Locale.ROOT,
                    "  %-9s %,12d %,12d%n",
                    channel,
                    result.path("accepted").path(channel).asLong(),
                    result.path("simulator").path(channel).asLong()));
        }
        table.append(String.format(
                Locale.ROOT,
                "  %s, with %,d sent twice after their answer was lost%n",
                result.path("agrees").asBoolean() ? "They agree" : "They do NOT agree",
                result.path("simulator").path("duplicates").asLong()));
        table.append(String.format(
                Locale.ROOT,
                "%n%.1f s, %,d messages/s",
                result.path("seconds").asDouble(),
                result.path("messages_per_second").asLong()));
        return table.toString();
    }

    /** Messages that an account accepted, by Herald's books. */
    private long accepted(String account) {
        return application
                .database()
                .runHere(c -> Sql.one(
                                c,
                                "SELECT count(DISTINCT message_id) FROM provider_ref WHERE account = ?",
                                row -> row.getLong(1),
                                account)
                        .orElse(0L));
    }

    private static long distinct(AuditSummary audit, String account) {
        AuditSummary.Account counted = audit.accounts().get(account);
        return counted == null ? 0 : counted.distinct();
    }

    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    }

    private JsonNode post(String key, String path, Object body) throws IOException, InterruptedException {
        return send(request(key, path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.bytes(body)))
                .build());
    }

    private JsonNode get(String key, String path) throws IOException, InterruptedException {
        return send(request(key, path).GET().build());
    }

    private HttpRequest.Builder request(String key, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + application.httpPort() + path))
                .timeout(Duration.ofMinutes(10))
                .header("X-API-Key", key);
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, BodyHandlers.ofByteArray());
        JsonNode body = Json.mapper().readTree(response.body());
        if (response.statusCode() >= 300) {
            throw new IOException(request.method() + " " + request.uri().getPath() + " was answered "
                    + response.statusCode() + ": " + body.path("detail").asText());
        }
        return body;
    }

    @Override
    public void close() {
        simulator.close();
        application.close();
    }
}
