package io.herald.channel.gupshup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.channel.Adapter;
import io.herald.channel.ErrorTable;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderHttp;
import io.herald.channel.ProviderHttp.Answer;
import io.herald.channel.ProviderHttp.Call;
import io.herald.channel.ProviderHttp.NoAnswer;
import io.herald.channel.ProviderHttp.NotConnected;
import io.herald.channel.RetryAfter;
import io.herald.channel.SendRequest;
import io.herald.channel.VendorWords;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.SendResult;
import io.herald.kernel.SmsText;
import io.herald.platform.serialization.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * RCS: {@code POST /wa/api/v1/msg} with the JSON body that Gupshup's RCS users send; its success is the endpoint's documented
 * {@code 202 {"status":"submitted","messageId":...}}. SMS: a form to the enterprise gateway, which answers 200 whatever happened,
 * so the first word of the body counts. Neither knows an idempotency key or a look-up.
 */
final class GupshupAdapter implements Adapter {
    private static final String RCS_HOST = "https://api.gupshup.io";
    private static final String SMS_HOST = "https://enterprise.smsgupshup.com";

    static final ErrorTable ERRORS = ErrorTable.load(GupshupAdapter.class, "errors.properties");

    private final ProviderAccount account;
    private final ProviderHttp http;

    GupshupAdapter(ProviderAccount account, ProviderHttp http) {
        this.account = account;
        this.http = http;
    }

    @Override
    public CompletionStage<SendResult> send(SendRequest request) {
        return request.channel() == Channel.RCS ? sendRcs(request) : sendSms(request);
    }

    private CompletionStage<SendResult> sendRcs(SendRequest request) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("channel", "rcs");
        body.put("source", sender(request));
        body.put("destination", request.to().substring(1));
        body.set("message", message(request.content()));
        Map<String, String> headers =
                Map.of("apikey", account.credential("api_key"), "Idempotency-Key", request.idempotencyKey());
        String url = (account.baseUrl() == null ? RCS_HOST : account.baseUrl()) + "/wa/api/v1/msg";
        return http.call(Call.post(url, headers, "application/json", Json.bytes(body)))
                .thenApply(GupshupAdapter::rcsResult);
    }

    private static ObjectNode message(Content content) {
        ObjectNode message = Json.mapper().createObjectNode();
        Content.Card card = content.card();
        if (card == null && content.suggestions().isEmpty()) {
            message.put("type", "text");
            message.put("text", content.body());
            return message;
        }
        message.put("type", "card");
        ObjectNode payload = message.putObject("payload");
        if (card != null && card.title() != null) {
            payload.put("title", card.title());
        }
        String description = card == null || card.description() == null ? content.body() : card.description();
        if (description != null) {
            payload.put("description", description);
        }
        if (card != null && card.media() != null) {
            payload.putObject("media")
                    .put("url", card.media().url())
                    .put("contentType", card.media().contentType());
        }
        if (!content.suggestions().isEmpty()) {
            ArrayNode suggestions = payload.putArray("suggestions");
            for (Content.Suggestion suggestion : content.suggestions()) {
                ObjectNode node = suggestions.addObject().put("type", suggestion.type());
                node.put("text", suggestion.text());
                if (suggestion.url() != null) {
                    node.putObject("action").put("type", "url").put("url", suggestion.url());
                }
            }
        }
        return message;
    }

    private static SendResult rcsResult(ProviderHttp.Reply reply) {
        return switch (reply) {
            case NotConnected r -> new SendResult.Rejected(ErrorClass.RETRYABLE, "connect", r.detail(), null);
            case NoAnswer r -> new SendResult.Unknown("no_answer", r.detail());
            case Answer r -> {
                JsonNode body = VendorWords.json(r.body());
                if (r.status() / 100 == 2 && !VendorWords.field(body, "status").equals("error")) {
                    yield VendorWords.accepted(VendorWords.field(body, "messageId"));
                }
                String code = VendorWords.field(body, "code");
                yield new SendResult.Rejected(
                        ERRORS.of(code).orElseGet(() -> ErrorTable.ofStatus(r.status())),
                        VendorWords.code(code, "http-" + r.status()),
                        VendorWords.detail(VendorWords.field(body, "message"), "HTTP " + r.status()),
                        RetryAfter.of(r.headers()));
            }
        };
    }

    private CompletionStage<SendResult> sendSms(SendRequest request) {
        String text = request.content().asText().body();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("method", "SendMessage");
        form.put("send_to", request.to().substring(1));
        form.put("msg", text == null ? "" : text);
        form.put("msg_type", text == null || SmsText.isGsm7(text) ? "TEXT" : "Unicode_Text");
        form.put("userid", account.credential("userid"));
        form.put("password", account.credential("password"));
        form.put("auth_scheme", "plain");
        form.put("v", "1.1");
        form.put("format", "json");
        String sender = sender(request);
        if (!sender.isEmpty()) {
            form.put("mask", sender);
        }
        String url = (account.baseUrl() == null ? SMS_HOST : account.baseUrl()) + "/GatewayAPI/rest";
        return http.call(Call.post(
                        url,
                        Map.of("Idempotency-Key", request.idempotencyKey()),
                        "application/x-www-form-urlencoded",
                        ProviderHttp.form(form)))
                .thenApply(GupshupAdapter::smsResult);
    }

    private String sender(SendRequest request) {
        String sender = request.from() == null ? account.sender() : request.from();
        return sender == null ? "" : sender;
    }

    private static SendResult smsResult(ProviderHttp.Reply reply) {
        return switch (reply) {
            case NotConnected r -> new SendResult.Rejected(ErrorClass.RETRYABLE, "connect", r.detail(), null);
            case NoAnswer r -> new SendResult.Unknown("no_answer", r.detail());
            case Answer r
            when r.status() / 100 != 2 ->
                new SendResult.Rejected(
                        ErrorTable.ofStatus(r.status()),
                        "http-" + r.status(),
                        "HTTP " + r.status(),
                        RetryAfter.of(r.headers()));
            case Answer r -> {
                JsonNode response = VendorWords.json(r.body()).path("response");
                yield response.isObject()
                        ? smsResult(
                                VendorWords.field(response, "status"),
                                VendorWords.field(response, "id"),
                                VendorWords.field(response, "details"))
                        : smsTextResult(new String(r.body(), StandardCharsets.UTF_8));
            }
        };
    }

    /** {@code success | phone | id} or {@code error | code | message}: some accounts answer in text whatever was asked for. */
    private static SendResult smsTextResult(String text) {
        String[] parts = text.strip().split(" \\| ", 3);
        if (parts.length < 3) {
            return new SendResult.Unknown("garbage", "an answer in no known form");
        }
        return parts[0].equals("success") ? smsResult(parts[0], parts[2], "") : smsResult(parts[0], parts[1], parts[2]);
    }

    private static SendResult smsResult(String status, String id, String details) {
        return switch (status) {
            case "success" -> VendorWords.accepted(id);
            case "error" ->
                new SendResult.Rejected(
                        ERRORS.of(id).orElse(ErrorClass.PERMANENT_ROUTE),
                        VendorWords.code(id, "refused"),
                        VendorWords.detail(details, "refused"),
                        null);
            default -> new SendResult.Unknown("garbage", "an answer in no known form");
        };
    }

    @Override
    public WebhookResult webhook(WebhookRequest request) {
        return GupshupCallbacks.read(request, account.channels());
    }
}
