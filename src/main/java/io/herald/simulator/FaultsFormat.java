package io.herald.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The written forms of {@link Faults}. A flat object of text or numbers is the middle form that both others go through. */
final class FaultsFormat {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,7}(?:\\.\\d{1,6})?)(us|ms|s|m)");
    private static final Map<String, Long> UNIT_NANOS =
            Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L);

    private FaultsFormat() {}

    static Faults changed(Faults base, String text) {
        ObjectNode all = write(base);
        changes(text.strip()).properties().forEach(change -> {
            if (!all.has(change.getKey())) {
                throw new IllegalArgumentException(
                        change.getKey() + ": no such fault; there are " + String.join(", ", names(all)));
            }
            all.set(change.getKey(), change.getValue());
        });
        return read(all);
    }

    static ObjectNode write(Faults faults) {
        Faults.Answers answers = faults.answers();
        Faults.Fates fates = faults.fates();
        Faults.Reports reports = faults.reports();
        ObjectNode codes = JSON.createObjectNode();
        fates.codes().forEach((code, probability) -> codes.put(Integer.toString(code), probability));
        ObjectNode all = JSON.createObjectNode()
                .put("latency", text(answers.latency()))
                .put("jitter", text(answers.jitter()))
                .put("error", answers.error())
                .put("throttle", answers.throttle())
                .put("timeout_after_accept", answers.timeoutAfterAccept())
                .put("reset_after_accept", answers.resetAfterAccept())
                .put("reset_before_accept", answers.resetBeforeAccept())
                .put("incapable", fates.incapable())
                .put("incapable_mode", text(fates.incapableMode()))
                .put("undelivered", fates.undelivered());
        all.set("codes", codes);
        return all.put("read", fates.read())
                .put("callbacks", text(reports.states()))
                .put("callback_delay", text(reports.delay()))
                .put("callback_late", reports.late())
                .put("callback_late_by", text(reports.lateBy()))
                .put("callback_duplicate", reports.duplicate())
                .put("callback_reorder", reports.reorder())
                .put("callback_before_answer", reports.beforeAnswer())
                .put("callback_drop", reports.drop())
                .put("seed", faults.seed());
    }

    private static Faults read(ObjectNode all) {
        return new Faults(
                new Faults.Answers(
                        duration(all, "latency"),
                        duration(all, "jitter"),
                        number(all, "error"),
                        (int) whole(all, "throttle", Integer.MAX_VALUE),
                        number(all, "timeout_after_accept"),
                        number(all, "reset_after_accept"),
                        number(all, "reset_before_accept")),
                new Faults.Fates(
                        number(all, "incapable"),
                        choice(all, "incapable_mode", Faults.IncapableMode.class),
                        number(all, "undelivered"),
                        codes(all),
                        number(all, "read")),
                new Faults.Reports(
                        choice(all, "callbacks", Faults.States.class),
                        duration(all, "callback_delay"),
                        number(all, "callback_late"),
                        duration(all, "callback_late_by"),
                        number(all, "callback_duplicate"),
                        number(all, "callback_reorder"),
                        number(all, "callback_before_answer"),
                        number(all, "callback_drop")),
                whole(all, "seed", Long.MAX_VALUE));
    }

    private static ObjectNode changes(String text) {
        if (text.startsWith("@")) {
            return object(file(text.substring(1)));
        }
        if (text.startsWith("{")) {
            return object(text);
        }
        ObjectNode changes = JSON.createObjectNode();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(part.strip()
                        + ": faults are written key=value, with commas between, such as latency=20ms,error=0.02");
            }
            changes.put(
                    part.substring(0, equals).strip(),
                    part.substring(equals + 1).strip());
        }
        return changes;
    }

    private static ObjectNode object(String json) {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("faults: not a JSON object");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "faults: not JSON: " + e.getOriginalMessage().replace('\n', ' '), e);
        }
    }

    private static String file(String name) {
        try {
            return Files.readString(Path.of(name)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("faults: can't read the file " + name, e);
        }
    }

    private static Duration duration(ObjectNode all, String key) {
        String text = scalar(all, key);
        Matcher matcher = DURATION.matcher(text);
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!matcher.matches()) {
            throw bad(key, text, "a number with us, ms, s or m, such as 20ms");
        }
        BigDecimal unit = BigDecimal.valueOf(UNIT_NANOS.getOrDefault(matcher.group(2), 1L));
        return Duration.ofNanos(new BigDecimal(matcher.group(1)).multiply(unit).longValue());
    }

    private static double number(ObjectNode all, String key) {
        return number(key, scalar(all, key));
    }

    private static double number(String key, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw bad(key, text, "a number from 0 to 1");
        }
    }

    private static long whole(ObjectNode all, String key, long largest) {
        String text = scalar(all, key);
        try {
            long value = Long.parseLong(text);
            if (value <= largest && value >= -largest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw bad(key, text, "a whole number");
    }

    private static <E extends Enum<E>> E choice(ObjectNode all, String key, Class<E> choices) {
        String text = scalar(all, key);
        for (E choice : choices.getEnumConstants()) {
            if (text(choice).equals(text)) {
                return choice;
            }
        }
        throw bad(
                key,
                text,
                "one of "
                        + String.join(
                                ", ",
                                Arrays.stream(choices.getEnumConstants())
                                        .map(FaultsFormat::text)
                                        .toList()));
    }

    private static Map<Integer, Double> codes(ObjectNode all) {
        JsonNode codes = all.path("codes");
        ObjectNode pairs = JsonNodeFactory.instance.objectNode();
        if (codes instanceof ObjectNode object) {
            pairs.setAll(object);
        } else {
            String text = scalar(all, "codes");
            for (String pair : text.isEmpty() ? new String[0] : text.split(";", -1)) {
                int colon = pair.indexOf(':');
                if (colon < 0) {
                    throw bad(
                            "codes", text, "code:probability, with semicolons between, such as 21610:0.01;21211:0.02");
                }
                pairs.put(
                        pair.substring(0, colon).strip(),
                        pair.substring(colon + 1).strip());
            }
        }
        Map<Integer, Double> read = new TreeMap<>();
        pairs.properties().forEach(pair -> {
            if (!pair.getKey().matches("\\d{5}")) {
                throw bad("codes", pair.getKey(), "Twilio error codes of five digits");
            }
            read.put(
                    Integer.valueOf(pair.getKey()),
                    number("codes", pair.getValue().asText()));
        });
        return read;
    }

    private static String scalar(ObjectNode all, String key) {
        JsonNode value = all.path(key);
        if (!value.isTextual() && !value.isNumber()) {
            throw new IllegalArgumentException(key + ": " + value + " is neither text nor a number");
        }
        return value.asText();
    }

    private static Iterable<String> names(ObjectNode all) {
        return all::fieldNames;
    }

    private static String text(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Duration duration) {
        long nanos = duration.toNanos();
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos / 1_000 + "us";
    }

    private static IllegalArgumentException bad(String key, String text, String takes) {
        return new IllegalArgumentException(key + ": \"" + text + "\" is not what it takes: " + takes);
    }
}
