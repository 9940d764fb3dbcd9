package io.herald.channel.gupshup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.herald.channel.VendorWords;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.platform.serialization.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gupshup's callbacks: the v2 envelope ({@code message-event}, {@code message}, {@code user-event}) of the messaging API, and the
 * enterprise gateway's array of delivery reports, raw or in a form field named {@code response}. The token in the URL has been
 * checked before they come here: nothing in them is signed.
 *
 * @see <a href="https://partner-docs.gupshup.io/docs/v3-message-events">Gupshup: message events</a>
 * @see <a href="https://docs.gupshup.io/docs/real-time-delivery-reports">Gupshup: real-time delivery reports</a>
 */
final class GupshupCallbacks {
    private GupshupCallbacks() {}

    static WebhookResult read(WebhookRequest request, Set<Channel> channels) {
        JsonNode root;
        try {
            String json = request.isForm()
                    ? request.form().getOrDefault("response", List.of("")).getFirst()
                    : request.text();
            root = Json.mapper().readTree(json);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new WebhookResult.Garbage("the body is no JSON");
        }
        if (root == null || root.isMissingNode()) {
            return new WebhookResult.Garbage("the body is empty");
        }
        if (root.isArray()) {
            return deliveryReports(root);
        }
        Channel channel = channels.contains(Channel.RCS) ? Channel.RCS : Channel.SMS;
        return switch (VendorWords.field(root, "type")) {
            case "message-event" -> messageEvent(root.path("payload"));
            case "message" -> inbound(root.path("payload"), channel);
            case "user-event" -> userEvent(root.path("payload"), channel, VendorWords.field(root, "timestamp"));
            default -> new WebhookResult.Garbage("its type is not known");
        };
    }

    private static WebhookResult messageEvent(JsonNode payload) {
        String id = VendorWords.field(payload, "gsId");
        if (id.isEmpty()) {
            id = VendorWords.field(payload, "id");
        }
        if (!VendorWords.isId(id)) {
            return new WebhookResult.Garbage("payload.id is missing or no id");
        }
        Kind kind = kind(VendorWords.field(payload, "type"));
        if (kind == null) {
            return understood(List.of(), List.of());
        }
        JsonNode inner = payload.path("payload");
        return understood(
                List.of(report(kind, id, VendorWords.field(inner, "code"), VendorWords.field(inner, "reason"))),
                List.of());
    }

    private static WebhookResult deliveryReports(JsonNode events) {
        List<WebhookResult.Report> reports = new ArrayList<>();
        for (JsonNode event : events) {
            String id = VendorWords.field(event, "externalId");
            Kind kind = kind(VendorWords.field(event, "eventType"));
            if (!VendorWords.isId(id)) {
                return new WebhookResult.Garbage("externalId is missing or no id");
            }
            if (kind != null) {
                String cause = VendorWords.field(event, "cause");
                reports.add(report(kind, id, cause, cause));
            }
        }
        return understood(reports, List.of());
    }

    private static WebhookResult.Report report(Kind kind, String id, String code, String reason) {
        boolean failed = kind == Kind.UNDELIVERED;
        ErrorClass errorClass = failed ? GupshupAdapter.ERRORS.of(code).orElse(ErrorClass.PERMANENT_RECIPIENT) : null;
        return new WebhookResult.Report(
                null,
                null,
                new DeliveryReport(
                        kind,
                        0,
                        id,
                        errorClass,
                        failed ? VendorWords.code(code, "failed") : "",
                        failed ? VendorWords.detail(reason, "") : ""));
    }

    private static WebhookResult inbound(JsonNode payload, Channel channel) {
        String id = VendorWords.field(payload, "id");
        String from = VendorWords.field(payload, "source");
        if (from.isEmpty()) {
            from = VendorWords.field(payload.path("sender"), "phone");
        }
        if (!VendorWords.isId(id) || !VendorWords.isAddress(from)) {
            return new WebhookResult.Garbage("payload.id or payload.source is missing or no such thing");
        }
        JsonNode inner = payload.path("payload");
        String text = VendorWords.field(inner, "text");
        if (text.isEmpty()) {
            text = VendorWords.field(inner, "postbackText");
        }
        return understood(
                List.of(),
                List.of(new WebhookResult.Inbound(channel, id, plus(from), "", VendorWords.text(text), null)));
    }

    /** Opt-in and opt-out as Gupshup itself noticed them; sandbox events and the like are of no interest. */
    private static WebhookResult userEvent(JsonNode payload, Channel channel, String timestamp) {
        String phone = VendorWords.field(payload, "phone");
        String keyword = switch (VendorWords.field(payload, "type")) {
            case "opted-out" -> "STOP";
            case "opted-in" -> "START";
            default -> null;
        };
        String id = "user-event-" + timestamp + "-" + phone;
        if (phone.isEmpty() || keyword == null || !VendorWords.isId(id)) {
            return understood(List.of(), List.of());
        }
        return understood(List.of(), List.of(new WebhookResult.Inbound(channel, id, plus(phone), "", "", keyword)));
    }

    private static String plus(String digits) {
        return digits.startsWith("+") ? digits : "+" + digits;
    }

    private static @Nullable Kind kind(String type) {
        return switch (type) {
            case "enqueued" -> Kind.ACCEPTED;
            case "sent" -> Kind.SENT;
            case "delivered", "DELIVERED", "SUCCESS" -> Kind.DELIVERED;
            case "read" -> Kind.READ;
            case "failed", "FAILED", "FAILURE" -> Kind.UNDELIVERED;
            default -> null;
        };
    }

    private static WebhookResult understood(List<WebhookResult.Report> reports, List<WebhookResult.Inbound> inbound) {
        return new WebhookResult.Understood(reports, inbound, WebhookResult.Response.EMPTY);
    }
}
