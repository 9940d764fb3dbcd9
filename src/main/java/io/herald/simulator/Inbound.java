package io.herald.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A person's message to a sender, in the vendor's format.
 *
 * @param from the person, E.164
 * @param url the webhook
 * @param secret Twilio's auth token; Gupshup signs nothing
 */
record Inbound(String provider, String account, String from, String to, String text, String url, String secret) {
    private static final Set<String> STOP =
            Set.of("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL");
    private static final Set<String> START = Set.of("START", "YES", "UNSTOP");
    private static final Set<String> HELP = Set.of("HELP", "INFO");

    /** @throws IllegalArgumentException with one line that names what is missing or wrong */
    static Inbound parse(JsonNode json) {
        String provider = required(json, "provider");
        if (!provider.equals("twilio") && !provider.equals("gupshup")) {
            throw new IllegalArgumentException("provider: \"" + provider + "\" is neither twilio nor gupshup");
        }
        String from = required(json, "from");
        if (!Phones.e164(from)) {
            throw new IllegalArgumentException("from: \"" + from + "\" is no E.164 number");
        }
        String url = required(json, "url");
        if (!Urls.absolute(url)) {
            throw new IllegalArgumentException("url: \"" + url + "\" is no absolute http or https URL");
        }
        return new Inbound(
                provider,
                required(json, "account"),
                from,
                required(json, "to"),
                json.path("text").asText(),
                url,
                provider.equals("twilio") ? required(json, "secret") : "");
    }

    Post post() {
        return provider.equals("twilio")
                ? TwilioSend.post(secret, url, twilio())
                : GupshupCallback.post(url, gupshup());
    }

    private Form twilio() {
        String sid = "SM" + UUID.randomUUID().toString().replace("-", "");
        List<Form.Field> fields = new ArrayList<>(Form.of(
                        "MessageSid", sid,
                        "SmsMessageSid", sid,
                        "SmsSid", sid,
                        "AccountSid", account,
                        "From", from,
                        "To", to,
                        "Body", text,
                        "NumMedia", "0",
                        "NumSegments", Integer.toString(Segments.count(text)),
                        "SmsStatus", "received",
                        "ApiVersion", TwilioMessage.API_VERSION,
                        "FromCountry", "US",
                        "FromState", "",
                        "FromCity", "",
                        "FromZip", "",
                        "ToCountry", "US",
                        "ToState", "",
                        "ToCity", "",
                        "ToZip", "")
                .fields());
        String optOut = optOut();
        if (optOut != null) {
            fields.add(new Form.Field("OptOutType", optOut));
        }
        return new Form(fields);
    }

    private @Nullable String optOut() {
        String word = text.strip().toUpperCase(Locale.ROOT);
        return STOP.contains(word) ? "STOP" : START.contains(word) ? "START" : HELP.contains(word) ? "HELP" : null;
    }

    private JsonNode gupshup() {
        ObjectNode event = Reply.JSON
                .createObjectNode()
                .put("app", "simulator")
                .put("timestamp", System.currentTimeMillis())
                .put("version", 2)
                .put("type", "message");
        ObjectNode payload = event.putObject("payload");
        String phone = from.substring(1);
        payload.put("id", UUID.randomUUID().toString()).put("source", phone).put("type", "text");
        payload.putObject("payload").put("text", text);
        payload.putObject("sender").put("phone", phone).put("name", "Simulated person");
        return event;
    }

    private static String required(JsonNode json, String name) {
        String value = json.path(name).asText();
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + ": missing");
        }
        return value;
    }
}
