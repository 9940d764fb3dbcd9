package io.herald.contact;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Words by which people refuse messages and take that back. The whole message counts, whatever its case and padding. */
public enum Keywords {
    STOP,
    START,
    NONE;

    private static final Set<String> STOP_WORDS =
            Set.of("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT");
    private static final Set<String> START_WORDS = Set.of("START", "YES", "UNSTOP");
    private static final Pattern GAPS = Pattern.compile("[\\s-]+");
    private static final int LONGEST = 40;

    public static Keywords of(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isPadding(text.charAt(from))) {
            from++;
        }
        while (to > from && isPadding(text.charAt(to - 1))) {
            to--;
        }
        if (to - from > LONGEST) {
            return NONE;
        }
        String word = GAPS.matcher(text.substring(from, to)).replaceAll("").toUpperCase(Locale.ROOT);
        return STOP_WORDS.contains(word) ? STOP : START_WORDS.contains(word) ? START : NONE;
    }

    /** Blanks of every kind, what can't be seen, punctuation and the ASCII symbols that go for it. */
    private static boolean isPadding(char c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.FORMAT,
                    Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> c < 128 && !Character.isLetterOrDigit(c);
        };
    }
}
