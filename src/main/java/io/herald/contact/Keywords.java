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
    private static final Pattern PADDING =
            Pattern.compile("^[\\s\\p{Punct}\\p{Pi}\\p{Pf}]+|[\\s\\p{Punct}\\p{Pi}\\p{Pf}]+$");
    private static final Pattern GAPS = Pattern.compile("[\\s-]+");
    private static final int LONGEST = 40;

    public static Keywords of(String text) {
        if (text.length() > LONGEST) {
            return NONE;
        }
        String word = GAPS.matcher(PADDING.matcher(text).replaceAll(""))
                .replaceAll("")
                .toUpperCase(Locale.ROOT);
        return STOP_WORDS.contains(word) ? STOP : START_WORDS.contains(word) ? START : NONE;
    }
}
