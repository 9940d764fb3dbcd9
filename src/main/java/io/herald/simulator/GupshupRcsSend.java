package io.herald.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way through Gupshup's RCS, reported in the v2 envelope.
 *
 * @param destination digits without a plus
 * @param callbackUrl what the account has registered, or null
 */
record GupshupRcsSend(
        String id, String destination, Fate fate, @Nullable String callbackUrl) implements Message {
    private static final int NOT_REACHABLE = 1008;

    @Override
    public Reply answer() {
        return Reply.json(
                202, Reply.JSON.createObjectNode().put("status", "submitted").put("messageId", id));
    }

    @Override
    public List<String> states(boolean all) {
        List<String> states = new ArrayList<>();
        if (all) {
            states.add("enqueued");
        }
        if (all && fate.delivered()) {
            states.add("sent");
        }
        states.add(fate.delivered() ? "delivered" : "failed");
        if (fate == Fate.READ) {
            states.add("read");
        }
        return states;
    }

    @Override
    public @Nullable Callback callback(String state, long epochMillis) {
        return callbackUrl == null ? null : new GupshupCallback(callbackUrl, () -> event(state, epochMillis));
    }

    /** Enqueued and failed carry Gupshup's id as id; the others the channel's own, and Gupshup's as gsId. */
    private JsonNode event(String state, long epochMillis) {
        String channelId = "rcs-" + Long.toHexString(Hash64.of(id));
        ObjectNode event = Reply.JSON
                .createObjectNode()
                .put("app", "simulator")
                .put("timestamp", epochMillis)
                .put("version", 2)
                .put("type", "message-event");
        ObjectNode payload = event.putObject("payload");
        switch (state) {
            case "enqueued", "failed" -> payload.put("id", id);
            default -> payload.put("id", channelId).put("gsId", id);
        }
        payload.put("type", state).put("destination", destination);
        ObjectNode inner = payload.putObject("payload");
        switch (state) {
            case "enqueued" -> inner.put("whatsappMessageId", channelId).put("type", "session");
            case "failed" -> {
                boolean incapable = fate == Fate.INCAPABLE;
                inner.put("code", incapable ? GupshupRcs.NO_RCS : NOT_REACHABLE)
                        .put("reason", incapable ? "Destination is not on RCS" : "Destination is not reachable");
            }
            default -> inner.put("ts", epochMillis / 1_000);
        }
        return event;
    }
}
