package io.herald.simulator;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of an {@code application/x-www-form-urlencoded} body or a query, in order, names repeated as they come. */
record Form(List<Field> fields) {
    record Field(String name, String value) {}

    static final String MEDIA_TYPE = "application/x-www-form-urlencoded";
    static final Form EMPTY = new Form(List.of());

    Form {
        fields = List.copyOf(fields);
    }

    static Form of(String... namesAndValues) {
        List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Form(fields);
    }

    /**
     * Decodes UTF-8.
     *
     * @throws IllegalArgumentException where a percent sign isn't followed by two hexadecimal digits
     */
    static Form parse(String encoded) {
        if (encoded.isEmpty()) {
            return EMPTY;
        }
        List<Field> fields = new ArrayList<>(8);
        int from = 0;
        while (from <= encoded.length()) {
            int ampersand = encoded.indexOf('&', from);
            int end = ampersand < 0 ? encoded.length() : ampersand;
            if (end > from) {
                int equals = encoded.indexOf('=', from);
                boolean bare = equals < 0 || equals > end;
                String name = encoded.substring(from, bare ? end : equals);
                String value = bare ? "" : encoded.substring(equals + 1, end);
                fields.add(new Field(decode(name), decode(value)));
            }
            from = end + 1;
        }
        return new Form(fields);
    }

    /** The fields of a form that was posted; none where the body is no form. */
    static Form sent(Request request) {
        try {
            return request.is(MEDIA_TYPE) ? parse(request.body()) : EMPTY;
        } catch (IllegalArgumentException e) {
            return EMPTY;
        }
    }

    /** The first value, or null where the name doesn't occur or its value is empty. */
    @Nullable
    String first(String name) {
        for (Field field : fields) {
            if (field.name.equals(name)) {
                return field.value.isEmpty() ? null : field.value;
            }
        }
        return null;
    }

    List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name.equals(name))
                .map(Field::value)
                .toList();
    }

    String encoded() {
        StringBuilder encoded = new StringBuilder(256);
        for (Field field : fields) {
            if (!encoded.isEmpty()) {
                encoded.append('&');
            }
            encoded.append(encode(field.name)).append('=').append(encode(field.value));
        }
        return encoded.toString();
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
