package io.herald.platform.http;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Where a list goes on: the last item's sort key, opaque to clients. */
public record Cursor(List<String> parts) {
    private static final String SEPARATOR = "\u001f";

    public static String of(String... parts) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
    }

    static Cursor parse(String text, int parts) {
        try {
            String key = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            List<String> split = List.of(key.split(SEPARATOR, -1));
            if (split.size() != parts || !Fields.isText(key)) {
                throw bad();
            }
            return new Cursor(split);
        } catch (IllegalArgumentException e) {
            throw bad();
        }
    }

    public String text(int part) {
        return parts.get(part);
    }

    public Instant time(int part) {
        try {
            Instant time = Instant.parse(parts.get(part));
            if (!Fields.isStorable(time)) {
                throw bad();
            }
            return time;
        } catch (DateTimeException e) {
            throw bad();
        }
    }

    public long number(int part) {
        try {
            return Long.parseLong(parts.get(part));
        } catch (NumberFormatException e) {
            throw bad();
        }
    }

    private static Problem bad() {
        return Problem.badRequest("cursor must be a next_cursor of this list");
    }
}
