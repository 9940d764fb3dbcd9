package io.herald.message.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.message.domain.MessageEvent;
import io.herald.platform.serialization.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A message's events as the API shows them: the journal's own names and fields, without the envelope, whose content the message
 * itself has. What was journaled together is listed apart.
 */
final class Timeline {
    private Timeline() {}

    static List<ObjectNode> of(List<MessageEvent> events) {
        List<ObjectNode> items = new ArrayList<>();
        for (MessageEvent event : events) {
            switch (event) {
                case MessageEvent.Queued e -> {
                    ObjectNode queued = item(items, e.at(), "message-queued");
                    queued.put("reason", e.reason());
                    if (e.attempt() != null) {
                        started(item(items, e.at(), "attempt-started"), e.attempt());
                    }
                }
                case MessageEvent.AttemptStarted e -> started(item(items, e.at(), "attempt-started"), e.attempt());
                case MessageEvent.Scheduled e ->
                    item(items, e.at(), "message-scheduled")
                            .put("scheduled_at", e.due().toString());
                default -> {
                    ObjectNode whole = Json.mapper().valueToTree(event);
                    ObjectNode item = item(items, event.at(), whole.path("type").asText());
                    whole.remove(List.of("type", "at", "node", "until"));
                    item.setAll(whole);
                }
            }
        }
        return items;
    }

    private static ObjectNode item(List<ObjectNode> items, Instant at, String type) {
        ObjectNode item = Json.mapper().createObjectNode();
        item.put("seq", items.size() + 1);
        item.put("at", at.toString());
        item.put("type", type);
        items.add(item);
        return item;
    }

    private static void started(ObjectNode item, MessageEvent.AttemptStart attempt) {
        item.put("attempt", attempt.number());
        item.put("route", attempt.route());
        item.put("channel", attempt.channel().wire());
        item.put("account", attempt.account());
        item.put("idempotency_key", attempt.idempotencyKey());
        item.put("segments", attempt.segments());
        item.put("consent", attempt.consent());
        item.set("waited_ms", Json.mapper().valueToTree(attempt.waitedMs()));
    }
}
