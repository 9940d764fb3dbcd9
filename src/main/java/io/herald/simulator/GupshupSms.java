package io.herald.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gupshup's enterprise SMS gateway: a form (or a query), answered 200 whatever comes of it, in text or JSON as asked. The
 * numbers of its errors are not documented publicly; those here are what integrations report.
 */
final class GupshupSms {
    static final String PATH = "/GatewayAPI/rest";

    private static final List<String> REQUIRED =
            List.of("method", "send_to", "msg", "userid", "password", "v", "auth_scheme");

    private final Map<String, String> callbackUrls;

    /** @param callbackUrls by userid; those set later count as well */
    GupshupSms(Map<String, String> callbackUrls) {
        this.callbackUrls = callbackUrls;
    }

    private record Broken(Outcome outcome, int code, String message) {}

    Attempt send(Request request, Faults faults, Chance chance) {
        Form form = form(request);
        boolean json = "json".equalsIgnoreCase(form.first("format"));
        String user = text(form.first("userid"));
        String destination = text(form.first("send_to"));
        String to = Phones.digits(destination) ? "+" + destination : destination;
        String content = text(form.first("msg"));
        String key = Attempt.key(request, () -> Hash64.of(user, to, content));
        Broken broken = broken(form);
        Attempt.Verdict verdict = broken != null
                ? new Attempt.Verdict.Refused(broken.outcome, error(200, json, broken.code, broken.message))
                : new Attempt.Verdict.Willing(new GupshupSmsSend(
                        externalId(),
                        destination,
                        text(form.first("mask")),
                        Segments.count(content),
                        Fate.of(Api.GUPSHUP_SMS, to, faults.fates(), chance),
                        json,
                        callbackUrls.get(user)));
        return new Attempt(Api.GUPSHUP_SMS, user, to, key, verdict, refusals(json));
    }

    private static @Nullable Broken broken(Form form) {
        Optional<String> missing =
                REQUIRED.stream().filter(name -> form.first(name) == null).findFirst();
        if (missing.isPresent()) {
            boolean credentials =
                    missing.get().equals("userid") || missing.get().equals("password");
            return new Broken(
                    credentials ? Outcome.UNAUTHORIZED : Outcome.REJECTED,
                    101,
                    "The parameter \"" + missing.get() + "\" is required");
        }
        if (text(form.first("password")).startsWith("bad")) {
            return new Broken(Outcome.UNAUTHORIZED, 102, "Authentication failed due to invalid userid or password");
        }
        if (!"plain".equalsIgnoreCase(form.first("auth_scheme"))) {
            return new Broken(Outcome.REJECTED, 101, "The auth_scheme is not supported");
        }
        if (!"SendMessage".equalsIgnoreCase(form.first("method"))) {
            return new Broken(Outcome.REJECTED, 106, "The method \"" + form.first("method") + "\" is not supported");
        }
        if (!"1.1".equals(form.first("v"))) {
            return new Broken(Outcome.REJECTED, 101, "The version \"" + form.first("v") + "\" is not supported");
        }
        String type = form.first("msg_type");
        if (type != null && !type.equalsIgnoreCase("TEXT") && !type.equalsIgnoreCase("Unicode_Text")) {
            return new Broken(Outcome.REJECTED, 101, "The msg_type \"" + type + "\" is not supported");
        }
        String to = text(form.first("send_to"));
        return Phones.digits(to)
                ? null
                : new Broken(Outcome.REJECTED, 105, "The phone number \"" + to + "\" is not a valid phone number");
    }

    private static Form form(Request request) {
        try {
            return request.method().equals("GET") ? Form.parse(request.query()) : Form.sent(request);
        } catch (IllegalArgumentException e) {
            return Form.EMPTY;
        }
    }

    private static Attempt.Refusals refusals(boolean json) {
        return new Attempt.Refusals() {
            @Override
            public Reply throttled() {
                return error(429, json, 4001, "Too many requests").with("Retry-After", "1");
            }

            @Override
            public Reply broken(int status) {
                return error(status, json, 100, "Unknown error, please try again");
            }
        };
    }

    private static Reply error(int status, boolean json, int code, String message) {
        return json
                ? GupshupSmsSend.json(status, Integer.toString(code), "", message, "error")
                : Reply.text(status, "error | " + code + " | " + message);
    }

    /** Digits, often with leading zeros: an id is no number. */
    private static String externalId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "00%016d-%017d"
                .formatted(random.nextLong(10_000_000_000_000_000L), random.nextLong(100_000_000_000_000_000L));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
