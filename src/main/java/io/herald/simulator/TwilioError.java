package io.herald.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/** A refusal with a code of Twilio's dictionary. */
record TwilioError(int code, String message) {
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(20003, "Authenticate"),
            Map.entry(20404, "The requested resource was not found"),
            Map.entry(20429, "Too Many Requests"),
            Map.entry(20500, "An internal server error has occurred"),
            Map.entry(20503, "Service unavailable"),
            Map.entry(21211, "Invalid 'To' Phone Number"),
            Map.entry(21212, "Invalid 'From' Number"),
            Map.entry(21408, "Permission to send an SMS has not been enabled for the region of the 'To' number"),
            Map.entry(21608, "The number is unverified; trial accounts cannot send messages to it"),
            Map.entry(21610, "Attempt to send to unsubscribed recipient"),
            Map.entry(21611, "This 'From' number has exceeded the maximum number of queued messages"),
            Map.entry(21612, "The 'To' phone number is not currently reachable via SMS"),
            Map.entry(21614, "'To' number is not a valid mobile number"),
            Map.entry(30005, "Unknown destination handset"));

    static TwilioError of(int code) {
        return new TwilioError(code, TITLES.getOrDefault(code, "Message refused with code " + code));
    }

    /** 401 for credentials; what follows a 20 where that is an error status, as 20404; else 400. */
    int status() {
        if (code == 20003) {
            return 401;
        }
        int tail = code - 20_000;
        return tail == 404 || tail == 429 || tail == 500 || tail == 503 ? tail : 400;
    }

    Reply answer() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", code);
        body.put("message", message);
        body.put("more_info", "https://www.twilio.com/docs/errors/" + code);
        body.put("status", status());
        Reply answer = Reply.json(status(), body);
        return switch (status()) {
            case 401 -> answer.with("WWW-Authenticate", "Basic realm=\"Twilio API\"");
            case 429 -> answer.with("Retry-After", "1");
            default -> answer;
        };
    }

    /** How the audit log calls a request that met this error. */
    Outcome outcome() {
        return switch (status()) {
            case 401 -> Outcome.UNAUTHORIZED;
            case 429 -> Outcome.THROTTLED;
            case 500, 503 -> Outcome.DROPPED;
            default -> Outcome.REJECTED;
        };
    }
}
