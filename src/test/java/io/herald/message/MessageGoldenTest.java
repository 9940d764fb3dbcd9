package io.herald.message;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageEvent.AttemptStart;
import io.herald.support.Golden;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MessageGoldenTest {
    private static final Instant AT = Instant.parse("2026-05-04T10:00:00.123456Z");
    private static final Instant LATER = Instant.parse("2026-05-04T10:01:00Z");

    private static final ActorTestKit KIT = ActorTestKit.create(
            ConfigFactory.parseString("akka.actor.provider = local").withFallback(ConfigFactory.load()));
    private static final Golden<MessageRecorded> GOLDEN = new Golden<>("message", KIT.system(), samples());

    private static Map<String, MessageRecorded> samples() {
        Map<String, MessageEvent> events = new HashMap<>();
        events.put("message-scheduled", new MessageEvent.Scheduled(AT, single(), LATER));
        events.put("message-queued", new MessageEvent.Queued(AT, single(), "submitted", "node-1", LATER, null));
        events.put("message-queued-rich", new MessageEvent.Queued(AT, rich(), "submitted", "node-1", LATER, null));
        events.put(
                "message-queued-started",
                new MessageEvent.Queued(AT, ofCampaign(), "submitted", "node-1", LATER, start()));
        events.put("message-queued-due", new MessageEvent.Queued(AT, null, "due", "node-1", LATER, null));
        events.put("message-queued-replayed", new MessageEvent.Queued(AT, null, "replayed", "node-1", LATER, null));
        events.put("attempt-started", new MessageEvent.AttemptStarted(AT, start()));
        events.put(
                "attempt-started-without-waiting",
                new MessageEvent.AttemptStarted(
                        AT,
                        new AttemptStart(2, 1, Channel.SMS, "sms-1", "c1-7/1", 3, "node-1", LATER, Map.of(), "none")));
        events.put("attempt-accepted", new MessageEvent.AttemptAccepted(AT, 1, "SM0123", "answer", LATER));
        events.put("attempt-accepted-last-route", new MessageEvent.AttemptAccepted(AT, 1, "SM0123", "report", null));
        events.put(
                "attempt-rejected",
                new MessageEvent.AttemptRejected(
                        AT, 1, ErrorClass.PERMANENT_RECIPIENT, "30003", "unreachable", null, true));
        events.put(
                "attempt-rejected-retry",
                new MessageEvent.AttemptRejected(AT, 1, ErrorClass.THROTTLED, "http-429", "", LATER, false));
        events.put(
                "attempt-unknown",
                new MessageEvent.AttemptUnknown(AT, 1, "interrupted", "the process that sent it ended", LATER));
        events.put(
                "attempt-resolved-accepted",
                new MessageEvent.AttemptResolved(AT, 1, "accepted", "look_up", "SM0123", null, LATER));
        events.put("attempt-resolved-rejected", resolved("rejected", "answer", null));
        events.put("attempt-resolved-not-accepted", resolved("not_accepted", "look_up", LATER));
        events.put("attempt-resolved-sent-again", resolved("sent_again", "policy", LATER));
        events.put("attempt-resolved-left-unknown", resolved("left_unknown", "policy", null));
        events.put("route-fell-back", new MessageEvent.RouteFellBack(AT, 0, 1, "ttl", "node-1", LATER));
        events.put("message-delivered", new MessageEvent.Delivered(AT, 1));
        events.put(
                "message-undelivered",
                new MessageEvent.Undelivered(AT, 1, ErrorClass.CHANNEL_UNAVAILABLE, "63003", "no such channel"));
        events.put("message-read", new MessageEvent.Read(AT, 1));
        events.put("late-receipt", new MessageEvent.LateReceipt(AT, 1, Kind.DELIVERED, null, null));
        events.put("late-receipt-with-id", new MessageEvent.LateReceipt(AT, 1, Kind.ACCEPTED, "SM0123", null));
        events.put(
                "late-receipt-undelivered",
                new MessageEvent.LateReceipt(AT, 1, Kind.UNDELIVERED, null, ErrorClass.OPTED_OUT));
        events.put("message-failed", new MessageEvent.Failed(AT, ErrorClass.PERMANENT_CONTENT, "30007", "filtered"));
        events.put("message-suppressed", new MessageEvent.Suppressed(AT, "opted_out"));
        events.put("message-expired", new MessageEvent.Expired(AT));
        events.put("message-cancelled", new MessageEvent.Cancelled(AT, "api"));
        events.put("message-settled", new MessageEvent.Settled(AT, "no_report"));
        Map<String, MessageRecorded> samples = new HashMap<>();
        events.forEach((name, event) -> samples.put(name, new MessageRecorded(event, null, null)));
        return samples;
    }

    private static MessageEvent resolved(String outcome, String by, @Nullable Instant retryAt) {
        return new MessageEvent.AttemptResolved(AT, 1, outcome, by, null, retryAt, null);
    }

    private static AttemptStart start() {
        return new AttemptStart(
                1, 0, Channel.RCS, "rcs-1", "c1-7/0", 1, "node-1", LATER, Map.of("campaign/c1", 12L), "opted_in");
    }

    private static Envelope single() {
        return new Envelope(
                "t1",
                "019f0000-0000-7000-8000-000000000001",
                null,
                0,
                Category.TRANSACTIONAL,
                null,
                List.of(new Envelope.Step(Channel.SMS, "sms-1", null)),
                UnknownPolicy.PREFER_LOSS,
                LATER,
                Map.of(),
                new Envelope.Person("+14155550107", Map.of(Channel.SMS, Content.text("Grüße \uD83C\uDF89"))));
    }

    private static Envelope ofCampaign() {
        return new Envelope(
                "t1",
                "c1-7",
                "c1",
                7,
                Category.MARKETING,
                null,
                List.of(new Envelope.Step(Channel.RCS, "rcs-1", 60), new Envelope.Step(Channel.SMS, "sms-1", null)),
                UnknownPolicy.PREFER_DUPLICATE,
                LATER,
                Map.of(),
                new Envelope.Person(
                        "+14155550107", Map.of(Channel.RCS, Content.text("rich"), Channel.SMS, Content.text("plain"))));
    }

    private static Envelope rich() {
        Content card = new Content(
                "fallback text",
                null,
                null,
                new Content.Card("Title", "Description", new Content.Media("https://example.org/a.png", "image/png")),
                List.of(
                        new Content.Suggestion("reply", "Yes", null),
                        new Content.Suggestion("action", "Open", "https://example.org/")));
        Content mail = new Content("text", "Subject", "<p>text</p>", null, List.of());
        return new Envelope(
                "t1",
                "019f0000-0000-7000-8000-000000000002",
                null,
                0,
                Category.MARKETING,
                "+14155550100",
                List.of(new Envelope.Step(Channel.RCS, "rcs-1", 60), new Envelope.Step(Channel.EMAIL, "mail-1", 3600)),
                UnknownPolicy.PREFER_DUPLICATE,
                LATER,
                Map.of("lines", List.of(1, "two", Map.of("total", new BigDecimal("12.25")))),
                new Envelope.Person("+14155550107", Map.of(Channel.RCS, card, Channel.EMAIL, mail)));
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void everyShapeIsWrittenAsItsGoldenFileSays() {
        GOLDEN.isWhatIsWritten(MessageEventSerializer.ID);
    }

    @Test
    void everyGoldenFileIsReadAsWhatWasWritten() {
        GOLDEN.isReadAsWhatWasWritten(MessageEventSerializer.ID);
    }

    @Test
    void whatALaterVersionAddsIsPassedOver() {
        GOLDEN.isReadWhateverALaterVersionAdds(MessageEventSerializer.ID);
    }

    @Test
    void everyEventHasAGoldenFile() {
        GOLDEN.holdsEvery(MessageEvent.class);
    }

    @Test
    void aRowOfAnotherFamilyIsNotRead() {
        var serializer = akka.serialization.SerializationExtension.get(KIT.system());
        Assertions.assertThat(serializer
                        .deserialize(new byte[] {'{', '}'}, MessageEventSerializer.ID, "campaign")
                        .isFailure())
                .isTrue();
    }
}
