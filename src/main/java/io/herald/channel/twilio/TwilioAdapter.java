package io.herald.channel.twilio;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.channel.Adapter;
import io.herald.channel.CallbackUrls;
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
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * SMS by {@code POST /2010-04-01/Accounts/{sid}/Messages.json}. Twilio knows no idempotency key, so an unanswered call is looked up
 * in its list of messages before anything is sent again. The status callback's URL names the message and the attempt.
 *
 * @see <a href="https://github.com/twilio/twilio-oai">Twilio's OpenAPI documents</a>
 */
final class TwilioAdapter implements Adapter {
    private static final String HOST = "https://api.twilio.com";
    private static final ErrorTable ERRORS = ErrorTable.load(TwilioAdapter.class, "errors.properties");

    /** Asks Twilio to repeat a callback that was not taken; by default it repeats only one that found no connection. */
    private static final String RETRY_CALLBACKS = "#rc=5&rp=5xx,ct,rt";

    /** Their clock and ours, and their resolution of a second. */
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

    private static final WebhookResult.Response TWIML =
            new WebhookResult.Response("text/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");

    private final ProviderAccount account;
    private final ProviderHttp http;
    private final CallbackUrls callbacks;
    private final String messagesUrl;
    private final String authorization;

    TwilioAdapter(ProviderAccount account, ProviderHttp http, CallbackUrls callbacks) {
        this.account = account;
        this.http = http;
        this.callbacks = callbacks;
        String sid = account.credential("account_sid");
        String base = account.baseUrl() == null ? HOST : account.baseUrl();
        this.messagesUrl = base + "/2010-04-01/Accounts/" + encode(sid) + "/Messages.json";
        String user = sid + ":" + account.credential("auth_token");
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<SendResult> send(SendRequest request) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("To", request.to());
        String sender = sender(request);
        if (sender != null) {
            form.put(sender.startsWith("MG") ? "MessagingServiceSid" : "From", sender);
        }
        form.put("Body", body(request));
        Map<String, String> query = new LinkedHashMap<>();
        query.put("tenant", request.tenantId());
        query.put("message", request.messageId());
        query.put("attempt", Integer.toString(request.attempt()));
        form.put("StatusCallback", callbacks.of(Twilio.NAME, account.id(), query) + RETRY_CALLBACKS);
        Map<String, String> headers =
                Map.of("Authorization", authorization, "Idempotency-Key", request.idempotencyKey());
        return http.call(Call.post(messagesUrl, headers, "application/x-www-form-urlencoded", ProviderHttp.form(form)))
                .thenApply(TwilioAdapter::result);
    }

    private @Nullable String sender(SendRequest request) {
        return request.from() == null ? account.sender() : request.from();
    }

    private static String body(SendRequest request) {
        String body = request.content().asText().body();
        return body == null ? "" : body;
    }

    private static SendResult result(ProviderHttp.Reply reply) {
        return switch (reply) {
            case NotConnected r -> new SendResult.Rejected(ErrorClass.RETRYABLE, "connect", r.detail(), null);
            case NoAnswer r -> new SendResult.Unknown("no_answer", r.detail());
            case Answer r
            when r.status() / 100 == 2 -> VendorWords.accepted(VendorWords.field(VendorWords.json(r.body()), "sid"));
            case Answer r -> {
                JsonNode body = VendorWords.json(r.body());
                String code = VendorWords.field(body, "code");
                yield new SendResult.Rejected(
                        ERRORS.of(code).orElseGet(() -> ErrorTable.ofStatus(r.status())),
                        VendorWords.code(code, "http-" + r.status()),
                        VendorWords.detail(VendorWords.field(body, "message"), "HTTP " + r.status()),
                        RetryAfter.of(r.headers()));
            }
        };
    }

    @Override
    public CompletionStage<LookUp> lookUp(SendRequest request) {
        Instant since = request.startedAt().minus(CLOCK_SKEW);
        String day = DateTimeFormatter.ISO_LOCAL_DATE.format(since.atZone(ZoneOffset.UTC));
        String url = messagesUrl + "?To=" + encode(request.to()) + "&DateSent%3E=" + day + "&PageSize=50";
        return http.call(Call.get(url, Map.of("Authorization", authorization))).thenApply(reply -> {
            if (!(reply instanceof Answer answer) || answer.status() != 200) {
                return new LookUp.Unavailable();
            }
            JsonNode messages = VendorWords.json(answer.body()).path("messages");
            if (!messages.isArray()) {
                return new LookUp.Unavailable();
            }
            for (JsonNode message : messages) {
                if (isAttempt(message, request, since)) {
                    Kind kind = kind(VendorWords.field(message, "status"));
                    return new LookUp.Found(VendorWords.field(message, "sid"), kind);
                }
            }
            return new LookUp.Absent();
        });
    }

    /** The list names neither our id nor the callback: it is this attempt where person, text and time are the same. */
    private static boolean isAttempt(JsonNode message, SendRequest request, Instant since) {
        if (!VendorWords.isId(VendorWords.field(message, "sid"))
                || !VendorWords.field(message, "to").equals(request.to())
                || !VendorWords.field(message, "body").equals(body(request))) {
            return false;
        }
        try {
            String created = VendorWords.field(message, "date_created");
            return !ZonedDateTime.parse(created, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .isBefore(since);
        } catch (DateTimeException e) {
            return false;
        }
    }

    @Override
    public WebhookResult webhook(WebhookRequest request) {
        Map<String, List<String>> form;
        try {
            form = request.isForm() ? request.form() : Map.of();
            Optional<String> signature = request.header("x-twilio-signature");
            if (signature.isEmpty()) {
                return new WebhookResult.Forged("X-Twilio-Signature is missing");
            }
            String token = account.credential("auth_token");
            if (!TwilioSignature.isValid(token, request, signature.get(), RETRY_CALLBACKS)) {
                return new WebhookResult.Forged("X-Twilio-Signature is wrong");
            }
        } catch (IllegalArgumentException e) {
            return new WebhookResult.Forged("the body can't be read, so its signature can't be checked");
        }
        String sid = first(form, "MessageSid");
        if (!VendorWords.isId(sid)) {
            return new WebhookResult.Garbage("MessageSid is missing or no id");
        }
        String status = first(form, "MessageStatus");
        if (status.isEmpty()) {
            status = first(form, "SmsStatus");
        }
        return status.equals("received") || status.equals("receiving")
                ? inbound(form, sid)
                : report(request, form, sid, status);
    }

    private static WebhookResult inbound(Map<String, List<String>> form, String sid) {
        String from = first(form, "From");
        if (!VendorWords.isAddress(from)) {
            return new WebhookResult.Garbage("From is missing or no address");
        }
        String optOut = first(form, "OptOutType");
        String keyword = optOut.equals("STOP") || optOut.equals("START") ? optOut : null;
        return new WebhookResult.Understood(
                List.of(),
                List.of(new WebhookResult.Inbound(
                        Channel.SMS,
                        sid,
                        from,
                        VendorWords.text(first(form, "To")),
                        VendorWords.text(first(form, "Body")),
                        keyword)),
                TWIML);
    }

    private static WebhookResult report(
            WebhookRequest request, Map<String, List<String>> form, String sid, String status) {
        Kind kind = kind(status);
        if (kind == null) {
            return new WebhookResult.Understood(List.of(), List.of(), WebhookResult.Response.EMPTY);
        }
        String code = VendorWords.code(first(form, "ErrorCode"), "");
        ErrorClass errorClass =
                kind == Kind.UNDELIVERED ? ERRORS.of(code).orElse(ErrorClass.PERMANENT_RECIPIENT) : null;
        String tenant = request.query().get("tenant");
        String message = request.query().get("message");
        int attempt = attempt(request.query().getOrDefault("attempt", ""));
        boolean named = tenant != null && message != null && attempt > 0;
        DeliveryReport report = new DeliveryReport(
                kind,
                named ? attempt : 0,
                sid,
                errorClass,
                kind == Kind.UNDELIVERED && code.isEmpty() ? status : code,
                kind == Kind.UNDELIVERED ? VendorWords.detail(first(form, "ErrorMessage"), "") : "");
        return new WebhookResult.Understood(
                List.of(new WebhookResult.Report(named ? tenant : null, named ? message : null, report)),
                List.of(),
                WebhookResult.Response.EMPTY);
    }

    private static int attempt(String written) {
        return written.matches("[1-9]\\d{0,5}") ? Integer.parseInt(written) : 0;
    }

    private static @Nullable Kind kind(String status) {
        return switch (status) {
            case "accepted", "scheduled", "queued" -> Kind.ACCEPTED;
            case "sending", "sent" -> Kind.SENT;
            case "delivered", "partially_delivered" -> Kind.DELIVERED;
            case "undelivered", "failed", "canceled" -> Kind.UNDELIVERED;
            case "read" -> Kind.READ;
            default -> null;
        };
    }

    private static String first(Map<String, List<String>> form, String name) {
        List<String> values = form.get(name);
        return values == null ? "" : values.getFirst();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
