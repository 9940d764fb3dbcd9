package io.herald.kernel;

import java.util.BitSet;

/** How a text travels as SMS (3GPP TS 23.038 and 23.040): its encoding and the parts that are billed. */
public final class SmsText {
    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String EXTENSION = "\f^{}\\[~]|€";
    private static final BitSet ONE_SEPTET = set(BASIC);
    private static final BitSet TWO_SEPTETS = set(EXTENSION);

    private SmsText() {}

    /** Whether every character is in the GSM 7-bit alphabet or its extension. */
    public static boolean isGsm7(String text) {
        return text.chars().allMatch(c -> ONE_SEPTET.get(c) || TWO_SEPTETS.get(c));
    }

    /**
     * The number of parts: 160 septets or 70 UTF-16 units in one, 153 or 67 in each of several (8-bit reference). Neither an
     * escaped character nor a surrogate pair is split between two.
     */
    public static int segments(String text) {
        return isGsm7(text) ? parts(text, 160, 153, true) : parts(text, 70, 67, false);
    }

    private static int parts(String text, int single, int each, boolean gsm) {
        int units = 0;
        int parts = 1;
        int inPart = 0;
        for (int i = 0; i < text.length(); ) {
            int width;
            int step = 1;
            if (gsm) {
                width = TWO_SEPTETS.get(text.charAt(i)) ? 2 : 1;
            } else {
                step = Character.charCount(text.codePointAt(i));
                width = step;
            }
            if (inPart + width > each) {
                parts++;
                inPart = 0;
            }
            inPart += width;
            units += width;
            i += step;
        }
        return units <= single ? 1 : parts;
    }

    private static BitSet set(String characters) {
        BitSet set = new BitSet();
        characters.chars().forEach(set::set);
        return set;
    }
}
