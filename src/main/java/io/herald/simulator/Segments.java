package io.herald.simulator;

/** How many SMS a text takes: 160 or 153 septets of GSM 03.38 each, else 70 or 67 UTF-16 units. */
final class Segments {
    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String EXTENSION = "\f^{}\\[~]|€";

    private Segments() {}

    static int count(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (septets(text.charAt(i)) == 0) {
                return count(text, false, 70, 67);
            }
        }
        return count(text, true, 160, 153);
    }

    /** Fills segments greedily; a pair that belongs together is never split. */
    private static int count(String text, boolean gsm, int single, int part) {
        int total = 0;
        int segments = 1;
        int filled = 0;
        int i = 0;
        while (i < text.length()) {
            int chars = gsm ? 1 : Character.charCount(text.codePointAt(i));
            int units = gsm ? septets(text.charAt(i)) : chars;
            if (filled + units > part) {
                segments++;
                filled = 0;
            }
            filled += units;
            total += units;
            i += chars;
        }
        return total <= single ? 1 : segments;
    }

    /** 0 where the character isn't in the alphabet. */
    private static int septets(char c) {
        if ((c >= 'a' && c <= 'z') || c == ' ') {
            return 1;
        }
        return BASIC.indexOf(c) >= 0 ? 1 : EXTENSION.indexOf(c) >= 0 ? 2 : 0;
    }
}
