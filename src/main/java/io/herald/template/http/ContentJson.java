package io.herald.template.http;

import io.herald.kernel.Content;
import io.herald.platform.http.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Content as it is written in requests. */
public final class ContentJson {
    private static final int LONGEST_TEXT = 20_000;
    private static final int LONGEST_HTML = 200_000;
    private static final int LONGEST_URL = 2000;
    private static final int MOST_SUGGESTIONS = 11;

    private ContentJson() {}

    /** The fields {@code body}, {@code card} and {@code suggestions} of an object. */
    public static Content shown(Fields f) {
        return new Content(f.textOrNull("body", LONGEST_TEXT), null, null, card(f), suggestions(f));
    }

    /** A template's variant of an e-mail: {@code subject}, {@code text} and {@code html}. */
    public static Content email(Fields f) {
        String subject = f.text("subject", 998);
        String text = f.textOrNull("text", LONGEST_TEXT);
        String html = f.textOrNull("html", LONGEST_HTML);
        if (text == null && html == null) {
            f.missing("text");
        }
        return new Content(text, subject, html, null, List.of());
    }

    private static Content.@Nullable Card card(Fields f) {
        Fields card = f.objectOrNull("card");
        if (card == null) {
            return null;
        }
        String title = card.textOrNull("title", 200);
        String description = card.textOrNull("description", 2000);
        Fields media = card.objectOrNull("media");
        Content.Media shown = media == null
                ? null
                : new Content.Media(media.text("url", LONGEST_URL), media.text("content_type", 100));
        if (title == null && description == null && shown == null) {
            f.impossible("card", "needs a title, a description or media");
        }
        return new Content.Card(title, description, shown);
    }

    private static List<Content.Suggestion> suggestions(Fields f) {
        List<Fields> all = f.objectsOrNull("suggestions", MOST_SUGGESTIONS);
        if (all == null) {
            return List.of();
        }
        List<Content.Suggestion> suggestions = new ArrayList<>();
        for (Fields s : all) {
            String type = s.oneOfOrNull("type", ContentJson::kind, "action, reply");
            String text = s.text("text", 200);
            String url = s.textOrNull("url", LONGEST_URL);
            if (type == null && !s.has("type")) {
                type = url == null ? "reply" : "action";
            }
            if ("action".equals(type) && url == null) {
                s.impossible("url", "an action needs the URL that it opens");
            }
            suggestions.add(new Content.Suggestion(type == null ? "reply" : type, text, url));
        }
        return suggestions;
    }

    private static String kind(String type) {
        if (!type.equals("action") && !type.equals("reply")) {
            throw new IllegalArgumentException(type);
        }
        return type;
    }
}
