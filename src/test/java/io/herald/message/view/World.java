package io.herald.message.view;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.CampaignCommand;
import io.herald.campaign.domain.CampaignDecider;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Tally;
import io.herald.kernel.Channel;
import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageCommand;
import io.herald.message.domain.MessageDecider.Moment;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageInvariants;
import io.herald.message.domain.Status;
import io.herald.platform.serialization.Json;
import io.herald.support.Definitions;
import io.herald.support.Envelopes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One campaign and its messages without anything that runs them: whoever may act on them acts in the order that a test makes up,
 * and any decision may be lost in a crash, or followed by one after which all is read from the journal again. After every step
 * the promises are looked after.
 */
final class World {
    /** What may happen; {@code choice} picks among its forms. */
    enum Action {
        TIME,
        CAMPAIGN,
        REVIEW,
        FEED,
        START,
        ANSWER,
        REPORT,
        INTERRUPT,
        RESOLVE,
        WAKE,
        CANCEL,
        STOP,
        REPLAY
    }

    /** What becomes of the process that decides. */
    enum Crash {
        NONE,
        /** It ends before the decision is in the journal. */
        BEFORE,
        /** It ends after. */
        AFTER
    }

    record Step(Action action, int who, int choice, Crash crash) {}

    private static final class Slot {
        final Envelope envelope;
        final List<MessageEvent> journal = new ArrayList<>();
        final Set<Channel> optOuts = EnumSet.noneOf(Channel.class);

        @Nullable
        Message message;

        Slot(Envelope envelope) {
            this.envelope = envelope;
        }
    }

    private static final List<ErrorClass> CLASSES = List.of(ErrorClass.values());
    private static final List<DeliveryReport.Kind> KINDS = List.of(DeliveryReport.Kind.values());
    private static final Duration[] TIMES = {
        Duration.ofMillis(1),
        Duration.ofMillis(900),
        Duration.ofSeconds(6),
        Duration.ofSeconds(61),
        Duration.ofMinutes(11),
        Duration.ofHours(30)
    };

    private final List<Slot> slots = new ArrayList<>();
    private final MessageInvariants invariants = new MessageInvariants();
    private final MessageView.Counts counts = new MessageView.Counts();
    private Campaign campaign;
    private Instant now = T0;

    World(int recipients, UnknownPolicy policy) {
        for (int n = 1; n <= recipients; n++) {
            slots.add(new Slot(Envelopes.ofCampaign("c1", n, policy, RCS, SMS)));
        }
        campaign = Campaign.evolve(null, new CampaignEvent.Created(now, "t1", "c1", Definitions.named("spring")));
        tell(new CampaignCommand.Start(), Crash.NONE);
        tell(new CampaignCommand.FixAudience(recipients), Crash.NONE);
    }

    io.herald.campaign.domain.Status status() {
        return campaign.status();
    }

    /** Which statuses messages left for which others. */
    Set<String> visited() {
        return invariants.visited();
    }

    void does(Step step) {
        Slot slot = slots.get(step.who() % slots.size());
        int choice = step.choice();
        Message message = slot.message;
        switch (step.action()) {
            case TIME -> now = now.plus(TIMES[choice % TIMES.length]);
            case CAMPAIGN -> tell(campaignCommand(choice), step.crash());
            case REVIEW -> tell(new CampaignCommand.Review(ledger(), count(9)), step.crash());
            case FEED -> {
                if (campaign.isFeeding() && message == null) {
                    tell(slot, feed(slot, choice), step.crash());
                }
            }
            case START -> {
                if (message != null && gateIsOpen(message)) {
                    boolean refused = slot.optOuts.contains(message.channel());
                    tell(
                            slot,
                            refused
                                    ? new MessageCommand.Suppress("opted_out")
                                    : new MessageCommand.Start(null, Map.of(), "none"),
                            step.crash());
                }
            }
            case WAKE -> tell(slot, new MessageCommand.Wake(), step.crash());
            case CANCEL -> {
                if (campaign.cancelling()) {
                    tell(slot, new MessageCommand.Cancel("campaign_cancelled"), step.crash());
                }
            }
            case STOP -> {
                Channel channel = message == null || choice % 2 == 0 ? Channel.RCS : message.channel();
                slot.optOuts.add(channel);
                if (message != null && message.channel() == channel) {
                    tell(slot, new MessageCommand.Suppress("opted_out"), step.crash());
                }
            }
            case REPLAY -> {
                if (campaign.retrying() != null) {
                    tell(slot, new MessageCommand.Replay(), step.crash());
                }
            }
            case ANSWER, REPORT, INTERRUPT, RESOLVE -> {
                if (message != null && !message.attempts().isEmpty()) {
                    // Mostly of the last attempt.
                    int last = message.attempts().size();
                    int attempt = choice % 4 == 0 ? 1 + choice / 4 % last : last;
                    tell(slot, fromProvider(step.action(), attempt, choice / 4), step.crash());
                }
            }
        }
        promisesHold();
    }

    private boolean gateIsOpen(Message message) {
        return switch (campaign.status()) {
            case RUNNING -> !campaign.cancelling();
            case COMPLETED -> message.replays() > 0;
            default -> false;
        };
    }

    private CampaignCommand campaignCommand(int choice) {
        return switch (choice % 14) {
            case 0, 1, 2 -> new CampaignCommand.Advance(fedWithoutGap());
            case 3 -> new CampaignCommand.Pause();
            case 4, 5 -> new CampaignCommand.Resume();
            case 6, 11 -> new CampaignCommand.Cancel();
            case 7, 8 -> new CampaignCommand.RetryFailed();
            case 9 -> new CampaignCommand.FinishRetry(1);
            case 10 -> new CampaignCommand.ChangeRate(1.0 + choice);
            case 13 -> new CampaignCommand.RemoveMessages(now, new Tally(choice, 0, 0, 0, 0));
            default -> new CampaignCommand.Wake();
        };
    }

    private long fedWithoutGap() {
        return slots.stream().takeWhile(slot -> slot.message != null).count();
    }

    private static MessageCommand feed(Slot slot, int choice) {
        if (slot.optOuts.contains(Channel.RCS)) {
            return new MessageCommand.EnterSuppressed(slot.envelope, "opted_out");
        }
        return switch (choice % 8) {
            case 0 -> new MessageCommand.EnterFailed(slot.envelope, "missing_variable", "no value for name");
            case 1 -> new MessageCommand.Submit(slot.envelope, null);
            case 2 -> new MessageCommand.Submit(slot.envelope, T0.plusSeconds(600));
            default -> new MessageCommand.Start(slot.envelope, Map.of(), "none");
        };
    }

    private static MessageCommand fromProvider(Action action, int attempt, int choice) {
        ErrorClass errorClass = CLASSES.get(choice % CLASSES.size());
        String id = "id-" + attempt;
        return switch (action) {
            case ANSWER ->
                new MessageCommand.RecordResult(
                        attempt,
                        switch (choice % 4) {
                            case 0, 1 -> new SendResult.Accepted(id);
                            case 2 -> new SendResult.Rejected(errorClass, "code", "detail", null);
                            default -> new SendResult.Unknown("timeout", "");
                        });
            case REPORT -> {
                DeliveryReport.Kind kind = KINDS.get(choice % KINDS.size());
                boolean undelivered = kind == DeliveryReport.Kind.UNDELIVERED && choice % 2 == 0;
                yield new MessageCommand.RecordReport(new DeliveryReport(
                        kind, choice % 3 == 0 ? 0 : attempt, id, undelivered ? errorClass : null, "", ""));
            }
            case RESOLVE ->
                new MessageCommand.Resolve(
                        attempt,
                        switch (choice % 5) {
                            case 0 -> new LookUp.Found(id, null);
                            case 1 -> new LookUp.Found(id, KINDS.get(choice / 5 % KINDS.size()));
                            case 2 -> new LookUp.Absent();
                            case 3 -> new LookUp.Unavailable();
                            default -> new LookUp.NotSupported();
                        });
            default -> new MessageCommand.Interrupted(attempt);
        };
    }

    private void tell(Slot slot, MessageCommand command, Crash crash) {
        Message before = slot.message;
        List<MessageEvent> events = invariants.decide(before, command, new Moment(now, 0.5, "node-1"));
        if (crash == Crash.BEFORE || events.isEmpty()) {
            return;
        }
        Message after = before;
        for (MessageEvent event : events) {
            after = Message.evolve(after, event);
            noAttemptFollowsAnOptOut(slot, event);
        }
        slot.journal.addAll(events);
        slot.message = crash == Crash.AFTER ? readAgain(slot.journal) : after;
        assertThat(slot.message).isEqualTo(after);
        if (before != null) {
            counts.add(before, -1);
        }
        counts.add(Objects.requireNonNull(after), 1);
    }

    private static Message readAgain(List<MessageEvent> journal) {
        Message message = null;
        for (MessageEvent event : journal) {
            message = Message.evolve(message, Json.read(Json.bytes(event), MessageEvent.class));
        }
        return Objects.requireNonNull(message);
    }

    /** Learns of opt-outs from providers, too. */
    private static void noAttemptFollowsAnOptOut(Slot slot, MessageEvent event) {
        Channel started = switch (event) {
            case MessageEvent.Queued e ->
                e.attempt() == null ? null : e.attempt().channel();
            case MessageEvent.AttemptStarted e -> e.attempt().channel();
            default -> null;
        };
        if (started != null) {
            assertThat(slot.optOuts).doesNotContain(started);
        }
        Message before = slot.message;
        if (before != null) {
            switch (event) {
                case MessageEvent.AttemptRejected e -> optedOut(slot, before, e.attempt(), e.errorClass());
                case MessageEvent.Undelivered e -> optedOut(slot, before, e.attempt(), e.errorClass());
                case MessageEvent.LateReceipt e -> optedOut(slot, before, e.attempt(), e.errorClass());
                default -> {}
            }
        }
    }

    private static void optedOut(Slot slot, Message message, int attempt, @Nullable ErrorClass said) {
        if (said == ErrorClass.OPTED_OUT) {
            slot.optOuts.add(message.attempt(attempt).start().channel());
        }
    }

    private void tell(CampaignCommand command, Crash crash) {
        if (crash == Crash.BEFORE
                || !(CampaignDecider.decide(campaign, command, now)
                        instanceof Decision.Accepted<CampaignEvent>(var events))) {
            return;
        }
        for (CampaignEvent event : events) {
            Campaign before = campaign;
            campaign = Campaign.evolve(before, event);
            if (before.status() != campaign.status()) {
                assertThat(before.status().next()).contains(campaign.status());
            }
            switch (event) {
                case CampaignEvent.Completed e -> booksCloseOnWhatIsSettled(true);
                case CampaignEvent.BooksClosed e -> booksCloseOnWhatIsSettled(true);
                case CampaignEvent.Cancelled e -> booksCloseOnWhatIsSettled(false);
                case CampaignEvent.MessagesRemoved e -> booksCloseOnWhatIsSettled(false);
                default -> {}
            }
        }
    }

    private void booksCloseOnWhatIsSettled(boolean completed) {
        for (Slot slot : slots) {
            if (completed) {
                assertThat(slot.message).as("fed").isNotNull();
            }
            if (slot.message != null) {
                assertThat(slot.message.isSettled())
                        .as("a message that is %s when the books close", slot.message.status())
                        .isTrue();
            }
        }
        Ledger closing = Objects.requireNonNull(campaign.closing());
        assertThat(closing.balanced()).isTrue();
        assertThat(closing.waiting() + closing.inFlight()).isZero();
    }

    /** As the queries make it of the counters. */
    private Ledger ledger() {
        long targeted = Objects.requireNonNull(campaign.targeted());
        return new Ledger(
                targeted,
                count(5),
                targeted - count(0) + count(1),
                count(2),
                count(3),
                count(4),
                count(6),
                count(7),
                count(8));
    }

    private long count(int place) {
        return counts.get(place);
    }

    private long are(Status... statuses) {
        Set<Status> wanted = Set.of(statuses);
        return slots.stream()
                .filter(slot -> slot.message != null && wanted.contains(slot.message.status()))
                .count();
    }

    private void promisesHold() {
        Ledger ledger = ledger();
        assertThat(ledger.balanced()).as("%s balances", ledger).isTrue();
        long fed = slots.stream().filter(slot -> slot.message != null).count();
        assertThat(ledger)
                .isEqualTo(new Ledger(
                        slots.size(),
                        are(Status.SUPPRESSED),
                        slots.size() - fed + are(Status.SCHEDULED, Status.QUEUED, Status.RETRYING),
                        are(Status.SENDING),
                        are(Status.SENT, Status.DELIVERED, Status.READ),
                        are(Status.FAILED),
                        are(Status.UNKNOWN),
                        are(Status.EXPIRED),
                        are(Status.CANCELLED)));
        assertThat(campaign.messagesRemovedAt() != null && (campaign.isActive() || campaign.closing() == null))
                .as("a campaign goes on that gave its messages up")
                .isFalse();
        if (campaign.status().isEnd()) {
            for (Slot slot : slots) {
                boolean moves = slot.message != null && !slot.message.isSettled();
                assertThat(moves && campaign.closing() != null)
                        .as("a message moves behind closed books")
                        .isFalse();
                boolean opens = slot.message != null && !slot.message.isSettled() && slot.message.replays() == 0;
                assertThat(opens).as("a message goes on after the end").isFalse();
            }
        }
    }
}
