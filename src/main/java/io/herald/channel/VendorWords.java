package io.herald.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.kernel.SendResult;
import io.herald.platform.serialization.Json;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * What comes from outside, made fit to be journaled. Nothing in an answer or a callback is taken to be text that a database can
 * hold, to be short, or to be free of personal data.
 */
public final class VendorWords {
    private static final int LONGEST_DETAIL = 300;
    private static final int LONGEST_ADDRESS = 320;
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final Pattern NUMBER = Pattern.compile("\\+?\\d{5,}");

    private VendorWords() {}

    /** The JSON in a body, or a missing node. */
    public static JsonNode json(byte[] body) {
        try {
            JsonNode node = Json.mapper().readTree(body);
            return node == null ? Json.mapper().missingNode() : node;
        } catch (IOException e) {
            return Json.mapper().missingNode();
        }
    }

    /** A field's text or number; empty where there is none, or something else. */
    public static String field(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isTextual() || value.isNumber() ? value.asText() : "";
    }

    /** Whether this can name a message: printable ASCII without blanks, 200 characters at the most. */
    public static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** Whether this can be whom a message is from: text, not blank, 320 characters at the most. */
    public static boolean isAddress(String address) {
        return !address.isBlank()
                && address.length() <= LONGEST_ADDRESS
                && text(address).equals(address);
    }

    /** What a success comes to: without an id that can be kept, nobody could tell its reports. */
    public static SendResult accepted(String id) {
        return isId(id)
                ? new SendResult.Accepted(id)
                : new SendResult.Unknown("garbage", "a success without an id that can be used");
    }

    /** An error code, where it looks like one. */
    public static String code(String written, String otherwise) {
        return isId(written) ? written : otherwise;
    }

    /** The vendor's explanation, without the numbers that it may quote, 300 characters at the most. */
    public static String detail(String written, String otherwise) {
        String safe = NUMBER.matcher(text(written)).replaceAll("…");
        if (safe.length() > LONGEST_DETAIL) {
            boolean splits = Character.isHighSurrogate(safe.charAt(LONGEST_DETAIL - 1));
            safe = safe.substring(0, splits ? LONGEST_DETAIL - 1 : LONGEST_DETAIL);
        }
        return safe.isEmpty() ? otherwise : safe;
    }

    /** The same with a mark in place of each NUL and each half of a surrogate pair: neither can be stored as text. */
    public static String text(String written) {
        if (written.codePoints().noneMatch(VendorWords::isNoText)) {
            return written;
        }
        StringBuilder text = new StringBuilder(written.length());
        written.codePoints().forEach(c -> text.appendCodePoint(isNoText(c) ? '\ufffd' : c));
        return text.toString();
    }

    private static boolean isNoText(int c) {
        return c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
