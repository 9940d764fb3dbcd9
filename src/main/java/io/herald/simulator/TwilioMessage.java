package io.herald.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Twilio's message resource. It is initially queued (accepted, where a Messaging Service picks the sender) and reaches its
 * final state {@code settleMillis} later.
 *
 * @param from null where the Messaging Service picks it
 * @param service the Messaging Service's SID, or null
 * @param body empty where there is none
 */
record TwilioMessage(
        String sid,
        String account,
        String to,
        @Nullable String from,
        @Nullable String service,
        String body,
        int media,
        long createdMillis,
        int settleMillis,
        Fate fate) {

    static final String API_VERSION = "2010-04-01";
    /** The number a Messaging Service picks: Twilio's magic valid sender. */
    static final String POOL_SENDER = "+15005550006";

    private static final DateTimeFormatter RFC_2822 = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss '+0000'", Locale.US)
            .withZone(ZoneOffset.UTC);
    private static final int UNKNOWN_HANDSET = 30005;

    String sender() {
        return from == null ? POOL_SENDER : from;
    }

    /** 0 for a delivered message. */
    int errorCode() {
        return fate.delivered() ? 0 : UNKNOWN_HANDSET;
    }

    String finalState() {
        return fate.delivered() ? "delivered" : "undelivered";
    }

    ObjectNode json(long nowMillis) {
        boolean settled = nowMillis >= createdMillis + settleMillis;
        boolean failed = settled && !fate.delivered();
        String uri = "/" + API_VERSION + "/Accounts/" + account + "/Messages/" + sid;
        String created = date(createdMillis);
        ObjectNode json = Reply.JSON
                .createObjectNode()
                .put("sid", sid)
                .put("account_sid", account)
                .put("messaging_service_sid", service)
                .put("to", to)
                .put("from", settled ? sender() : from)
                .put("body", body)
                .put("status", settled ? finalState() : service == null ? "queued" : "accepted")
                .put("direction", "outbound-api")
                .put("num_segments", settled || service == null ? Integer.toString(Segments.count(body)) : "0")
                .put("num_media", Integer.toString(media))
                .putNull("price")
                .putNull("price_unit")
                .put("error_code", failed ? Integer.valueOf(UNKNOWN_HANDSET) : null)
                .put("error_message", failed ? TwilioError.of(UNKNOWN_HANDSET).message() : null)
                .put("api_version", API_VERSION)
                .put("date_created", created)
                .put("date_sent", settled ? created : null)
                .put("date_updated", settled ? date(createdMillis + settleMillis) : created)
                .put("uri", uri + ".json");
        json.putObject("subresource_uris").put("media", uri + "/Media.json");
        return json;
    }

    private static String date(long epochMillis) {
        return RFC_2822.format(Instant.ofEpochMilli(epochMillis));
    }
}
