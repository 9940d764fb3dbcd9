package io.herald.simulator;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.function.Predicate;

/**
 * The {@code DateSent}, {@code DateSent<} and {@code DateSent>} of a list query: a day or an ISO-8601 time in GMT, bounds
 * included, as Twilio writes them ({@code DateSent>=2024-01-31}). Compared in whole seconds, in which Twilio shows its dates.
 * A message still queued is compared by the time of its making.
 */
final class TwilioDates {
    private TwilioDates() {}

    /** @throws IllegalArgumentException where a value is neither a day nor a time */
    static Predicate<TwilioMessage> filter(Form query) {
        Predicate<TwilioMessage> wanted = message -> true;
        for (Form.Field field : query.fields()) {
            wanted = switch (field.name()) {
                case "DateSent" -> wanted.and(from(first(field.value()))).and(until(last(field.value())));
                case "DateSent>" -> wanted.and(from(first(field.value())));
                case "DateSent<" -> wanted.and(until(last(field.value())));
                default -> wanted;
            };
        }
        return wanted;
    }

    private static Predicate<TwilioMessage> from(long second) {
        return message -> message.createdMillis() / 1_000 >= second;
    }

    private static Predicate<TwilioMessage> until(long second) {
        return message -> message.createdMillis() / 1_000 <= second;
    }

    private static long first(String text) {
        return text.indexOf('T') < 0 ? day(text).getEpochSecond() : time(text);
    }

    private static long last(String text) {
        return text.indexOf('T') < 0 ? day(text).getEpochSecond() + 86_399 : time(text);
    }

    private static Instant day(String text) {
        try {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text + " is no date", e);
        }
    }

    private static long time(String text) {
        try {
            return text.endsWith("Z") || text.matches(".*[+-]\\d\\d:?\\d\\d")
                    ? OffsetDateTime.parse(text).toEpochSecond()
                    : LocalDateTime.parse(text).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text + " is no time", e);
        }
    }
}
