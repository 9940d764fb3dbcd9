package io.herald.contact;

import io.herald.kernel.Phone;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One row of an upload, after it was looked at. */
public sealed interface ImportRow {

    /**
     * @param line of the file for CSV and NDJSON, with the header as line 1; for a JSON array the place in it, from 1
     * @param phone in E.164
     */
    record Good(long line, @Nullable String phone, @Nullable String email, Map<String, String> attributes)
            implements ImportRow {}

    /** @param field empty where the whole row is meant; {@code reason} never quotes what stood there */
    record Bad(long line, String field, String reason) implements ImportRow {}

    int LONGEST_VALUE = 4000;
    int MOST_ATTRIBUTES = 200;
    Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    Pattern EMAIL = Pattern.compile("[^\\s@<>\"]{1,64}@[^\\s@<>\"]{1,190}\\.[^\\s@<>\"]{2,63}");

    /**
     * Looks at the fields of a row.
     *
     * @param region ISO 3166 code for numbers in national form, if the caller gave one
     */
    static ImportRow of(long line, Map<String, String> fields, @Nullable String region) {
        String phone = null;
        String email = null;
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            String name = field.getKey();
            String value = field.getValue().strip();
            if (!NAME.matcher(name).matches()) {
                return new Bad(line, "", "has a field whose name is not of letters, digits and underscores");
            }
            if (!isText(value)) {
                return new Bad(line, name, "holds a character that is no text");
            }
            if (value.length() > LONGEST_VALUE) {
                return new Bad(line, name, "has more than " + LONGEST_VALUE + " characters");
            }
            switch (name) {
                case "phone" -> {
                    if (!value.isEmpty()) {
                        Optional<String> parsed = Phone.parse(value, region);
                        if (parsed.isEmpty()) {
                            return new Bad(line, name, reason(value, region));
                        }
                        phone = parsed.get();
                    }
                }
                case "email" -> {
                    if (!value.isEmpty()) {
                        if (!EMAIL.matcher(value).matches()) {
                            return new Bad(line, name, "is no e-mail address");
                        }
                        email = value.toLowerCase(Locale.ROOT);
                    }
                }
                default -> attributes.put(name, value);
            }
        }
        if (phone == null && email == null) {
            return new Bad(line, "phone", "neither phone nor email is given");
        }
        if (attributes.size() > MOST_ATTRIBUTES) {
            return new Bad(line, "", "has more than " + MOST_ATTRIBUTES + " attributes");
        }
        return new Good(line, phone, email, attributes);
    }

    private static String reason(String phone, @Nullable String region) {
        return region == null && !phone.startsWith("+")
                ? "needs the international form, with + and country code"
                : "is no phone number";
    }

    private static boolean isText(String value) {
        return value.indexOf('\0') < 0
                && value.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
