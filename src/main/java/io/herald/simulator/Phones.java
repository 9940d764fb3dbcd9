package io.herald.simulator;

import java.util.regex.Pattern;

/** Numbers and sender names, checked by the vendors' documented patterns alone. */
final class Phones {
    private static final Pattern SHORT_CODE = Pattern.compile("\\d{3,8}");
    private static final Pattern ALPHANUMERIC = Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}");

    private Phones() {}

    /** A plus, then 7 to 15 digits of which the first is no zero. */
    static boolean e164(String text) {
        return text.startsWith("+") && digits(text.substring(1));
    }

    /** E.164 without its plus, as Gupshup takes it. */
    static boolean digits(String text) {
        if (text.length() < 7 || text.length() > 15 || text.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    static boolean sender(String text) {
        return e164(text)
                || SHORT_CODE.matcher(text).matches()
                || ALPHANUMERIC.matcher(text).matches();
    }
}
