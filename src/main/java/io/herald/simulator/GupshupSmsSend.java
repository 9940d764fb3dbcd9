package io.herald.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way through Gupshup's SMS gateway, reported once, in an array of one event.
 *
 * @param destination digits without a plus
 * @param mask the sender's name, empty where none was given
 * @param json whether the answer is JSON, else text
 * @param callbackUrl what the account has registered, or null
 */
record GupshupSmsSend(
        String id,
        String destination,
        String mask,
        int fragments,
        Fate fate,
        boolean json,
        @Nullable String callbackUrl)
        implements Message {

    @Override
    public Reply answer() {
        return json
                ? json(200, id, destination, "", "success")
                : Reply.text(200, "success | " + destination + " | " + id);
    }

    /** The gateway reports nothing on the way. */
    @Override
    public List<String> states(boolean all) {
        return List.of(fate.delivered() ? "DELIVERED" : "FAILED");
    }

    @Override
    public @Nullable Callback callback(String state, long epochMillis) {
        return callbackUrl == null ? null : new GupshupCallback(callbackUrl, () -> events(state, epochMillis));
    }

    static Reply json(int status, String id, String phone, String details, String word) {
        ObjectNode body = Reply.JSON.createObjectNode();
        body.putObject("response")
                .put("id", id)
                .put("phone", phone)
                .put("details", details)
                .put("status", word);
        return Reply.json(status, body);
    }

    private JsonNode events(String state, long epochMillis) {
        boolean delivered = fate.delivered();
        ArrayNode events = Reply.JSON.createArrayNode();
        events.addObject()
                .put("externalId", id)
                .put("eventType", state)
                .put("eventTs", epochMillis)
                .put("destAddr", destination)
                .put("srcAddr", mask)
                .put("cause", delivered ? "SUCCESS" : "UNKNOWN_SUBSCRIBER")
                .put("errCode", delivered ? "000" : "003")
                .put("channel", "SMS")
                .put("noOfFrags", fragments);
        return events;
    }
}
