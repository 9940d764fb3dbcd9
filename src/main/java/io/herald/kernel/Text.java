package io.herald.kernel;

/** Text as databases and JSON readers take it: without zero characters and halves of surrogate pairs. */
public final class Text {
    private static final char INSTEAD = '\ufffd';

    private Text() {}

    public static boolean isText(String text) {
        return firstBad(text) < 0;
    }

    /** The same with a replacement character for each that is no text. */
    public static String storable(String text) {
        int bad = firstBad(text);
        if (bad < 0) {
            return text;
        }
        StringBuilder storable = new StringBuilder(text);
        for (; bad >= 0; bad = firstBad(storable)) {
            storable.setCharAt(bad, INSTEAD);
        }
        return storable.toString();
    }

    private static int firstBad(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
