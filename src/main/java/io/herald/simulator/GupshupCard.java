package io.herald.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** The rules of Gupshup's RCS body: a text, or a card with a title, a description or a medium, and suggested links. */
final class GupshupCard {
    private GupshupCard() {}

    /** The first rule broken, in words, or null. */
    static @Nullable String broken(JsonNode body) {
        if (!body.path("channel").asText().equals("rcs")) {
            return "channel must be rcs";
        }
        if (!filled(body, "source")) {
            return "source is missing";
        }
        if (!body.path("destination").isTextual()
                || !Phones.digits(body.path("destination").asText())) {
            return "destination must be digits with country code and without a plus";
        }
        JsonNode message = body.path("message");
        return switch (message.path("type").asText()) {
            case "text" -> filled(message, "text") ? null : "message.text is missing";
            case "card" -> card(message.path("payload"));
            default -> "message.type must be card or text";
        };
    }

    private static @Nullable String card(JsonNode card) {
        if (!card.isObject()) {
            return "message.payload is missing";
        }
        if (!card.has("title") && !card.has("description") && !card.has("media")) {
            return "a card needs a title, a description or a medium";
        }
        if ((card.has("title") && !filled(card, "title"))
                || (card.has("description") && !filled(card, "description"))) {
            return "title and description must be text, not empty";
        }
        JsonNode media = card.path("media");
        if (card.has("media")
                && !(web(media, "url") && media.path("contentType").asText().matches("\\w+/[\\w.+-]+"))) {
            return "media needs an absolute url and a contentType";
        }
        if (card.has("suggestions") && !card.path("suggestions").isArray()) {
            return "suggestions must be an array";
        }
        for (JsonNode suggestion : card.path("suggestions")) {
            JsonNode action = suggestion.path("action");
            if (!suggestion.path("type").asText().equals("action")
                    || !filled(suggestion, "text")
                    || !action.path("type").asText().equals("url")
                    || !web(action, "url")) {
                return "a suggestion needs type action, a text and an action of type url with an absolute url";
            }
        }
        return null;
    }

    private static boolean filled(JsonNode node, String field) {
        return node.path(field).isTextual() && !node.path(field).asText().isEmpty();
    }

    private static boolean web(JsonNode node, String field) {
        return filled(node, field) && Urls.absolute(node.path(field).asText());
    }
}
