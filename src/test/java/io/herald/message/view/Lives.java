package io.herald.message.view;

import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.MessageEntity;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageCommand;
import io.herald.message.domain.MessageDecider;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.Rules;
import io.herald.platform.journal.InlineView.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Messages of two tenants and three campaigns, to which whatever may happen happens, in any order. */
public final class Lives {
    static final Rules RULES = new Rules(
            3,
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofDays(3),
            Duration.ofSeconds(3),
            Duration.ofMinutes(10));
    private static final List<String> CAMPAIGNS = List.of("camp1", "camp2", "camp3");

    public final Map<String, Message> messages = new LinkedHashMap<>();
    private final Random chance;
    private final MessageDecider decider = new MessageDecider(RULES);
    private final Map<String, Long> sequence = new LinkedHashMap<>();
    private final List<Envelope> envelopes = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private int ids;

    public Lives(Random chance, int people) {
        this.chance = chance;
        for (int i = 0; i < people; i++) {
            envelopes.add(envelope(i));
        }
    }

    private Envelope envelope(int i) {
        String campaign = chance.nextInt(4) == 0 ? null : CAMPAIGNS.get(chance.nextInt(3));
        List<Envelope.Step> route = new ArrayList<>();
        if (chance.nextBoolean()) {
            route.add(new Envelope.Step(Channel.RCS, "acc-rcs", chance.nextBoolean() ? 30 : null));
        }
        route.add(new Envelope.Step(Channel.SMS, "acc-sms", null));
        String id = campaign == null ? "single-" + i : campaign + "-" + i;
        Map<Channel, Content> contents =
                Map.of(Channel.SMS, Content.text("x".repeat(chance.nextInt(400))), Channel.RCS, Content.text("hello"));
        return new Envelope(
                campaign == null || campaign.equals("camp3") ? "t2" : "t1",
                id,
                campaign,
                campaign == null ? 0 : i,
                chance.nextBoolean() ? Category.MARKETING : Category.TRANSACTIONAL,
                chance.nextBoolean() ? "+15005550006" : null,
                route,
                chance.nextBoolean() ? UnknownPolicy.PREFER_DUPLICATE : UnknownPolicy.PREFER_LOSS,
                now.plusSeconds(600 + chance.nextInt(100_000)),
                chance.nextBoolean() ? Map.of("order", "ä\"'{},\\ 7") : Map.of(),
                new Envelope.Person("+1415555" + String.format("%04d", i), contents));
    }

    /** One thing happens to someone. @return what is recorded of it */
    public List<Entry<MessageRecorded>> step() {
        now = now.plusMillis(chance.nextInt(4) == 0 ? chance.nextInt(200_000) : chance.nextInt(50));
        Envelope envelope = envelopes.get(chance.nextInt(envelopes.size()));
        String id = MessageEntity.persistenceId(envelope.tenantId(), envelope.messageId());
        Message message = messages.get(id);
        MessageCommand command = message == null ? entering(envelope) : any(message);
        var moment = new MessageDecider.Moment(now, chance.nextDouble(), "node" + chance.nextInt(2));
        List<Entry<MessageRecorded>> entries = new ArrayList<>();
        if (decider.decide(message, command, moment) instanceof Decision.Accepted<MessageEvent> accepted) {
            for (MessageEvent event : accepted.events()) {
                MessageRecorded recorded = MessageRecorded.of(messages.get(id), event);
                entries.add(new Entry<>(id, sequence.merge(id, 1L, Long::sum), recorded));
                messages.put(id, Message.evolve(messages.get(id), event));
            }
        }
        return entries;
    }

    private MessageCommand entering(Envelope envelope) {
        if (envelope.campaignId() == null) {
            return new MessageCommand.Submit(envelope, chance.nextBoolean() ? now.plusSeconds(20) : null);
        }
        return switch (chance.nextInt(8)) {
            case 0 -> new MessageCommand.EnterSuppressed(envelope, "opted_out");
            case 1 -> new MessageCommand.EnterFailed(envelope, "missing_variable", "no value for name");
            default -> start(envelope);
        };
    }

    private static MessageCommand start(@Nullable Envelope envelope) {
        return new MessageCommand.Start(envelope, Map.of(), "not_opted_out");
    }

    private MessageCommand any(Message message) {
        int attempts = message.attempts().size();
        int attempt = attempts == 0 ? 1 : 1 + chance.nextInt(attempts);
        return switch (chance.nextInt(16)) {
            case 0, 1, 2 -> start(null);
            case 3, 4, 5 -> new MessageCommand.RecordResult(attempts, result());
            case 6 -> new MessageCommand.RecordResult(attempt, result());
            case 7, 8, 9 -> new MessageCommand.RecordReport(report(message, attempt));
            case 10 -> new MessageCommand.Interrupted(attempts);
            case 11 -> new MessageCommand.Resolve(attempts, lookUp());
            case 12, 13 -> new MessageCommand.Wake();
            case 14 ->
                chance.nextBoolean()
                        ? new MessageCommand.Cancel("campaign_cancelled")
                        : new MessageCommand.Suppress("opted_out");
            default -> new MessageCommand.Replay();
        };
    }

    private String newId() {
        return "pm" + ids++;
    }

    private SendResult result() {
        ErrorClass[] classes = ErrorClass.values();
        return switch (chance.nextInt(5)) {
            case 0, 1 -> new SendResult.Accepted(newId());
            case 2 -> new SendResult.Unknown("timeout", "no answer");
            default -> new SendResult.Rejected(classes[chance.nextInt(classes.length)], "30003", "it's \"no\"", null);
        };
    }

    private DeliveryReport report(Message message, int attempt) {
        DeliveryReport.Kind[] kinds = DeliveryReport.Kind.values();
        ErrorClass[] classes = ErrorClass.values();
        String known = attempt > message.attempts().size()
                ? null
                : message.attempt(attempt).providerMessageId();
        DeliveryReport.Kind kind = kinds[chance.nextInt(kinds.length)];
        return new DeliveryReport(
                kind,
                known != null && chance.nextBoolean() ? 0 : attempt,
                known == null ? newId() : known,
                kind == DeliveryReport.Kind.UNDELIVERED ? classes[chance.nextInt(classes.length)] : null,
                "30005",
                "unknown handset");
    }

    private LookUp lookUp() {
        return switch (chance.nextInt(4)) {
            case 0 -> new LookUp.Found(newId(), DeliveryReport.Kind.DELIVERED);
            case 1 -> new LookUp.Absent();
            case 2 -> new LookUp.Unavailable();
            default -> new LookUp.NotSupported();
        };
    }
}
