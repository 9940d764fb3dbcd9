package io.herald.simulator;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Twilio's connection overrides in the fragment of a callback URL, {@code #rc=3&rp=4xx,5xx,ct,rt}: {@code rc} 0 to 5 tries
 * more, after what {@code rp} names. By default one more, after a failed connection. {@code ct}, {@code rt} and {@code tt}
 * (timeouts) are not followed: connections are shared, and wait 5 s to be made and 15 s for an answer.
 */
final class TwilioRetry {
    private static final Pattern TIMES = Pattern.compile("rc=\\d");
    private static final int MOST = 5;
    private static final Retry DEFAULT = new Retry(1, Set.of(Retry.Failure.CONNECTION));

    private TwilioRetry() {}

    static Retry of(String url) {
        int hash = url.indexOf('#');
        if (hash < 0) {
            return DEFAULT;
        }
        int times = DEFAULT.times();
        Set<Retry.Failure> after = DEFAULT.after();
        for (String override : url.substring(hash + 1).split("&", -1)) {
            if (TIMES.matcher(override).matches()) {
                times = Math.min(MOST, override.charAt(3) - '0');
            } else if (override.startsWith("rp=")) {
                after = failures(override.substring(3));
            }
        }
        return new Retry(times, after);
    }

    private static Set<Retry.Failure> failures(String policy) {
        Set<Retry.Failure> failures = EnumSet.noneOf(Retry.Failure.class);
        for (String name : policy.split(",", -1)) {
            switch (name) {
                case "4xx" -> failures.add(Retry.Failure.CLIENT_ERROR);
                case "5xx" -> failures.add(Retry.Failure.SERVER_ERROR);
                case "ct" -> failures.add(Retry.Failure.CONNECTION);
                case "rt" -> failures.add(Retry.Failure.ANSWER_TIMEOUT);
                case "all" -> failures.addAll(EnumSet.allOf(Retry.Failure.class));
                default -> {} // Twilio ignores what it doesn't know
            }
        }
        return failures;
    }
}
