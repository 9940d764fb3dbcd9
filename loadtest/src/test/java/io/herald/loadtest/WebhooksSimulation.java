package io.herald.loadtest;

import static io.gatling.javaapi.core.CoreDsl.ElFileBody;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static java.util.Objects.requireNonNull;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import io.herald.loadtest.Callbacks.Report;
import io.herald.loadtest.Tenant.Account;
import io.herald.loadtest.Tenant.Sent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Providers' reports at a constant rate, half of them Twilio's, half Gupshup's, for messages that were sent before: Herald has put
 * them out of its memory meanwhile, and the simulator was told to report nothing of its own.
 */
public final class WebhooksSimulation extends Simulation {
    private static final String TWILIO = "Twilio's callback";
    private static final String GUPSHUP = "Gupshup's callback";
    private static final String KNOWN = "";
    private static final String UNKNOWN = ", unknown id";

    private final Load load = Load.fromProperties();
    private @Nullable Stage stage;

    /** Who sends reports about what. */
    private record Stage(Tenant tenant, Account twilio, List<Sent> bySms, Account gupshup, List<Sent> byRcs) {}

    public WebhooksSimulation() {
        int each = load.measuredUsers() / 2;
        setUp(
                        load.warmUp("Twilio", 0.5, prefix -> twilio(prefix, this::first)),
                        load.warmUp("Gupshup", 0.5, prefix -> gupshup(prefix, this::first)),
                        load.measured("Twilio", 0.5, prefix -> twilio(prefix, this::rest)),
                        load.measured("Gupshup", 0.5, prefix -> gupshup(prefix, this::rest)))
                .protocols(load.protocol())
                .assertions(Stream.of(TWILIO, GUPSHUP)
                        .flatMap(name -> Stream.concat(
                                Bounds.webhooks(name + KNOWN, (int) (each * 0.96)).stream(),
                                Bounds.webhooks(name + UNKNOWN, (int) (each * 0.02)).stream()))
                        .toList())
                .maxDuration(load.length().plus(Duration.ofSeconds(30)));
    }

    @Override
    public void before() {
        new Api(load.simulator(), "").post("/_faults", Map.of("callbacks", "none"));
        Tenant tenant = Tenant.create(load);
        Account twilio = tenant.twilio("sms");
        Account gupshup = tenant.gupshup("rcs");
        int each = Callbacks.messagesFor(load.warmUpUsers() / 2) + Callbacks.messagesFor(load.measuredUsers() / 2);
        stage = new Stage(
                tenant, twilio, tenant.send(twilio, "sms", 0, each), gupshup, tenant.send(gupshup, "rcs", each, each));
    }

    /** A callback is answered 200 whether or not its message was found; so look at the first ones that were reported. */
    @Override
    public void after() {
        new Api(load.simulator(), "").post("/_faults", Map.of("callbacks", "all"));
        for (Sent sent : List.of(
                first(stage().bySms()).getFirst(),
                rest(stage().bySms()).getFirst(),
                first(stage().byRcs()).getFirst(),
                rest(stage().byRcs()).getFirst())) {
            String status = stage().tenant().status(sent.id());
            if (!List.of("delivered", "failed").contains(status)) {
                throw new IllegalStateException("a message that was reported to be delivered is " + status);
            }
        }
    }

    /** What the warm-up reports of. */
    private List<Sent> first(List<Sent> sent) {
        return sent.subList(0, Callbacks.messagesFor(load.warmUpUsers() / 2));
    }

    private List<Sent> rest(List<Sent> sent) {
        return sent.subList(Callbacks.messagesFor(load.warmUpUsers() / 2), sent.size());
    }

    private Stage stage() {
        return requireNonNull(stage, "before() has not run");
    }

    /** Made only when the simulation begins, because there are no messages before. */
    private static ChainBuilder callbacks(Supplier<Iterator<Map<String, Object>>> callbacks) {
        return feed(callbacks);
    }

    private ChainBuilder twilio(String prefix, Part part) {
        return callbacks(() -> new Callbacks(part.of(stage().bySms()), "SM", this::twilioRow))
                .exec(http(session -> prefix + TWILIO + session.getString("known"))
                        .post(session -> stage().twilio().webhook().getRawPath())
                        .queryParam("tenant", session -> stage().tenant().id())
                        .queryParam("message", "#{message}")
                        .queryParam("attempt", "1")
                        .formParamMap(session -> session.getMap("form"))
                        .sign((request, session) -> TwilioSignature.sign(
                                request,
                                stage().twilio().webhook(),
                                stage().twilio().secret()))
                        .check(status().is(200)));
    }

    private ChainBuilder gupshup(String prefix, Part part) {
        return callbacks(() -> new Callbacks(part.of(stage().byRcs()), "", WebhooksSimulation::gupshupRow))
                .exec(http(session -> prefix + GUPSHUP + session.getString("known"))
                        .post(session -> stage().gupshup().webhook().getRawPath())
                        .header("Content-Type", "application/json")
                        .body(ElFileBody("gupshup.json"))
                        .check(status().is(200)));
    }

    private Map<String, Object> twilioRow(Report report) {
        String sid = report.message().providerId();
        String status = report.status().name().toLowerCase(Locale.ROOT);
        Map<String, Object> form = new HashMap<>(Map.of(
                "MessageSid",
                sid,
                "SmsSid",
                sid,
                "MessageStatus",
                status,
                "SmsStatus",
                status,
                "AccountSid",
                stage().twilio().login(),
                "From",
                stage().twilio().sender(),
                "To",
                report.message().to(),
                "ApiVersion",
                "2010-04-01"));
        if (report.status() == Callbacks.Status.UNDELIVERED) {
            form.put("ErrorCode", "30005");
        }
        return Map.of("known", known(report), "message", report.message().id(), "form", form);
    }

    private static Map<String, Object> gupshupRow(Report report) {
        boolean undelivered = report.status() == Callbacks.Status.UNDELIVERED;
        long now = System.currentTimeMillis();
        return Map.of(
                "known",
                known(report),
                "id",
                report.message().providerId(),
                "status",
                undelivered ? "failed" : report.status().name().toLowerCase(Locale.ROOT),
                "digits",
                report.message().to().substring(1),
                "millis",
                now,
                "seconds",
                now / 1000);
    }

    private static String known(Report report) {
        return report.known() ? KNOWN : UNKNOWN;
    }

    /** Some of the messages. */
    @FunctionalInterface
    private interface Part {
        List<Sent> of(List<Sent> sent);
    }
}
