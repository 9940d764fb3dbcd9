package io.herald.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.herald.platform.serialization.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object from outside, read field by field. What is wrong is collected, so that a caller learns of everything at once; a
 * field that is asked for and wrong yields a placeholder. {@link #check} ends the reading: it refuses what is malformed, fields
 * that nobody asked for included, with 400, and what is well formed but can't be, with 422.
 */
public final class Fields {
    private static final int MOST_ERRORS = 100;
    private static final int LARGEST_SCALE = 300;
    private static final Instant FIRST_TIME = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END_OF_TIMES = Instant.parse("+10000-01-01T00:00:00Z");

    private final JsonNode node;
    private final String pointer;
    private final Findings findings;
    private final Set<String> known = new HashSet<>();

    /** What all objects of one body have found wrong. */
    private static final class Findings {
        private final List<Problem.Detail> malformed = new ArrayList<>();
        private final List<Problem.Detail> impossible = new ArrayList<>();
        private final List<Fields> objects = new ArrayList<>();

        void malformed(String pointer, String detail) {
            if (malformed.size() < MOST_ERRORS) {
                malformed.add(new Problem.Detail(pointer, detail));
            }
        }

        void impossible(String pointer, String detail) {
            if (impossible.size() < MOST_ERRORS) {
                impossible.add(new Problem.Detail(pointer, detail));
            }
        }
    }

    private Fields(JsonNode node, String pointer, Findings findings) {
        this.node = node;
        this.pointer = pointer;
        this.findings = findings;
        findings.objects.add(this);
    }

    /** @throws Problem 400 where the bytes are no JSON object, or hold text that can't be stored */
    public static Fields parse(byte[] body) {
        JsonNode root;
        try {
            root = Json.mapper().readTree(body);
        } catch (JsonProcessingException e) {
            throw Problem.malformed(List.of(new Problem.Detail("", "is not JSON: " + place(e))));
        } catch (IOException e) {
            throw Problem.malformed(List.of(new Problem.Detail("", "is not JSON")));
        }
        if (root == null || !root.isObject()) {
            throw Problem.malformed(List.of(new Problem.Detail("", "must be a JSON object")));
        }
        Findings findings = new Findings();
        refuseUnstorable(root, "", findings);
        if (!findings.malformed.isEmpty()) {
            throw Problem.malformed(findings.malformed);
        }
        return new Fields(root, "", findings);
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? "it can't be read"
                : "line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    /** Zero characters and halves of surrogate pairs are JSON, but no text; and numbers may be of any size. */
    private static void refuseUnstorable(JsonNode node, String pointer, Findings findings) {
        if (node.isTextual()) {
            if (!isText(node.textValue())) {
                findings.malformed(pointer, "holds a character that is no text");
            }
        } else if (node.isBigDecimal()) {
            int scale = node.decimalValue().scale();
            if (scale > LARGEST_SCALE || scale < -LARGEST_SCALE) {
                findings.malformed(pointer, "is a number out of all bounds");
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String below = pointer + "/" + escape(field.getKey());
                if (!isText(field.getKey())) {
                    findings.malformed(pointer, "has a name with a character that is no text");
                }
                refuseUnstorable(field.getValue(), below, findings);
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                refuseUnstorable(node.get(i), pointer + "/" + i, findings);
            }
        }
    }

    static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** The pointer of one of this object's fields. */
    public String pointer(String name) {
        return pointer + "/" + escape(name);
    }

    /** Where this object is. */
    public String pointer() {
        return pointer;
    }

    public boolean has(String name) {
        known.add(name);
        return node.hasNonNull(name);
    }

    /** Whether the field is there at all, be it as null. */
    public boolean mentions(String name) {
        known.add(name);
        return node.has(name);
    }

    /** Well formed, and impossible. */
    public void impossible(String name, String detail) {
        findings.impossible(pointer(name), detail);
    }

    /** Malformed in a way that no getter here knows of. */
    public void malformed(String name, String detail) {
        findings.malformed(pointer(name), detail);
    }

    public String text(String name, int maxLength) {
        String text = textOrNull(name, maxLength);
        if (text == null) {
            missing(name);
            return "";
        }
        if (text.isBlank() && node.path(name).isTextual()) {
            findings.malformed(pointer(name), "must not be empty");
        }
        return text;
    }

    public @Nullable String textOrNull(String name, int maxLength) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            findings.malformed(pointer(name), "must be a string");
            return "";
        }
        if (value.textValue().length() > maxLength) {
            findings.malformed(pointer(name), "may have " + maxLength + " characters at the most");
        }
        return value.textValue();
    }

    public boolean flag(String name, boolean absent) {
        JsonNode value = value(name);
        if (value == null) {
            return absent;
        }
        if (!value.isBoolean()) {
            findings.malformed(pointer(name), "must be true or false");
        }
        return value.asBoolean();
    }

    public @Nullable Integer integerOrNull(String name, int min, int max) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || value.decimalValue().stripTrailingZeros().scale() > 0) {
            findings.malformed(pointer(name), "must be a whole number");
            return min;
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(BigDecimal.valueOf(min)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            findings.malformed(pointer(name), "must be between " + min + " and " + max);
            return min;
        }
        return number.intValueExact();
    }

    /** A number above zero. */
    public @Nullable Double rateOrNull(String name, double max) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            findings.malformed(pointer(name), "must be a number");
            return max;
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(BigDecimal.valueOf(0.001)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            findings.malformed(
                    pointer(name),
                    "must be between 0.001 and " + BigDecimal.valueOf(max).toPlainString());
            return max;
        }
        return number.doubleValue();
    }

    public double rate(String name, double max) {
        Double rate = rateOrNull(name, max);
        if (rate == null) {
            missing(name);
            return max;
        }
        return rate;
    }

    /** A time in RFC 3339, to the millisecond. */
    public @Nullable Instant timeOrNull(String name) {
        String text = textOrNull(name, 64);
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (isStorable(time)) {
                return Instant.ofEpochMilli(time.toEpochMilli());
            }
        } catch (DateTimeException e) {
            // as below
        }
        findings.malformed(pointer(name), "must be a time in RFC 3339, such as 2026-11-21T13:00:00Z");
        return Instant.EPOCH;
    }

    /** Whether a time's year has four digits, as in RFC 3339; the database holds not many more. */
    static boolean isStorable(Instant time) {
        return !time.isBefore(FIRST_TIME) && time.isBefore(END_OF_TIMES);
    }

    /**
     * One of a set of names.
     *
     * @param of throws {@link IllegalArgumentException} for any other
     * @param names what to say that it may be
     */
    public <T> @Nullable T oneOfOrNull(String name, Function<String, T> of, String names) {
        String text = textOrNull(name, 100);
        if (text == null) {
            return null;
        }
        try {
            return of.apply(text);
        } catch (IllegalArgumentException e) {
            findings.malformed(pointer(name), "must be one of " + names);
            return null;
        }
    }

    public @Nullable Fields objectOrNull(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            findings.malformed(pointer(name), "must be an object");
            return null;
        }
        return new Fields(value, pointer(name), findings);
    }

    /** The objects of an array; null where there is no such field. */
    public @Nullable List<Fields> objectsOrNull(String name, int maxItems) {
        JsonNode value = array(name, maxItems);
        if (value == null) {
            return null;
        }
        List<Fields> objects = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            String below = pointer(name) + "/" + i;
            if (value.get(i).isObject()) {
                objects.add(new Fields(value.get(i), below, findings));
            } else {
                findings.malformed(below, "must be an object");
            }
        }
        return objects;
    }

    /**
     * The objects of an array, each to be checked by itself: what is wrong with one is not held against the others. Null where
     * there is no such field; an item that is no object is an object without fields.
     */
    public @Nullable List<Fields> itemsOrNull(String name, int maxItems) {
        JsonNode value = array(name, maxItems);
        if (value == null) {
            return null;
        }
        List<Fields> items = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            JsonNode item =
                    value.get(i).isObject() ? value.get(i) : Json.mapper().createObjectNode();
            items.add(new Fields(item, pointer(name) + "/" + i, new Findings()));
        }
        return items;
    }

    public @Nullable List<String> textsOrNull(String name, int maxItems, int maxLength) {
        JsonNode value = array(name, maxItems);
        if (value == null) {
            return null;
        }
        List<String> texts = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            JsonNode item = value.get(i);
            if (!item.isTextual() || item.textValue().length() > maxLength) {
                findings.malformed(
                        pointer(name) + "/" + i, "must be a string of " + maxLength + " characters at the most");
            } else {
                texts.add(item.textValue());
            }
        }
        return texts;
    }

    private @Nullable JsonNode array(String name, int maxItems) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray()) {
            findings.malformed(pointer(name), "must be an array");
            return null;
        }
        if (value.size() > maxItems) {
            findings.malformed(pointer(name), "may have " + maxItems + " items at the most");
            return null;
        }
        return value;
    }

    /** An object whose fields are the caller's own, kept as they came. */
    public Map<String, Object> free(String name, int maxBytes) {
        JsonNode value = value(name);
        if (value == null) {
            return Map.of();
        }
        if (!value.isObject()) {
            findings.malformed(pointer(name), "must be an object");
            return Map.of();
        }
        if (Json.bytes(value).length > maxBytes) {
            findings.malformed(pointer(name), "may have " + maxBytes + " bytes at the most");
            return Map.of();
        }
        return Json.mapper().convertValue(value, Json.OBJECT);
    }

    /** An object of scalar values, each as text: numbers and booleans as they are written. */
    public Map<String, String> scalars(String name, int maxFields, int maxLength) {
        JsonNode value = value(name);
        if (value == null) {
            return Map.of();
        }
        if (!value.isObject()) {
            findings.malformed(pointer(name), "must be an object");
            return Map.of();
        }
        Map<String, String> scalars = new java.util.LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String below = pointer(name) + "/" + escape(field.getKey());
            if (!field.getValue().isValueNode() || field.getValue().isNull()) {
                findings.malformed(below, "must be a string, a number, true or false");
            } else if (Json.scalar(field.getValue()).length() > maxLength) {
                findings.malformed(below, "may have " + maxLength + " characters at the most");
            } else {
                scalars.put(field.getKey(), Json.scalar(field.getValue()));
            }
        }
        if (scalars.size() > maxFields) {
            findings.malformed(pointer(name), "may have " + maxFields + " fields at the most");
        }
        return scalars;
    }

    /** The names of this object's fields, all of them thereby known. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (Iterator<String> all = node.fieldNames(); all.hasNext(); ) {
            names.add(all.next());
        }
        known.addAll(names);
        return names;
    }

    public void missing(String name) {
        findings.malformed(pointer(name), "is missing");
    }

    private @Nullable JsonNode value(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /**
     * Ends the reading.
     *
     * @throws Problem 400 where anything is malformed or unknown, else 422 where anything is impossible
     */
    public void check() {
        for (Fields object : findings.objects) {
            for (Iterator<String> names = object.node.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                if (!object.known.contains(name)) {
                    findings.malformed(object.pointer(name), "is not known here");
                }
            }
        }
        if (!findings.malformed.isEmpty()) {
            throw Problem.malformed(findings.malformed);
        }
        if (!findings.impossible.isEmpty()) {
            throw Problem.unprocessable(findings.impossible);
        }
    }
}
