package io.herald.message;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.message.MessageRig.Subject;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageEvent.AttemptStart;
import io.herald.message.domain.Status;
import io.herald.support.Envelopes;
import io.herald.support.Until;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a message does when it comes back into memory and is woken, in each state in which it may wait. */
class MessageRecoveryTest {
    private static final MessageRig RIG = new MessageRig();
    private static final Envelope ENVELOPE = Envelopes.of(RCS, SMS);
    private static final Instant DUE = T0.plusSeconds(60);

    @AfterAll
    static void close() {
        RIG.close();
    }

    private static MessageEvent queued(String node) {
        return new MessageEvent.Queued(T0, ENVELOPE, "submitted", node, T0.plus(RULES.queueLease()), start(node));
    }

    private static AttemptStart start(String node) {
        return new AttemptStart(
                1, 0, RCS.channel(), "rcs-1", "c1-7/0", 1, node, T0.plus(RULES.attemptLease()), Map.of(), "none");
    }

    private static Subject recovered(MessageEvent... after) {
        List<MessageEvent> events = new ArrayList<>(List.of(queued(MessageRig.NODE)));
        events.addAll(List.of(after));
        return RIG.recovered(ENVELOPE, events);
    }

    private static MessageEvent unknown() {
        return new MessageEvent.AttemptUnknown(T0, 1, "timeout", "", DUE);
    }

    @Test
    void whatIsScheduledIsQueuedWhenItsTimeHasCome() {
        Subject message = RIG.recovered(ENVELOPE, List.of(new MessageEvent.Scheduled(T0, ENVELOPE, DUE)));
        message.wake();
        message.is(Status.SCHEDULED);
        message.leaves();
        message.clock.forward(Duration.ofSeconds(60));
        message.wake();
        message.is(Status.QUEUED);
        assertThat(message.dispatch.ticket().account()).isEqualTo("rcs-1");
        assertThat(message.journaled()).hasExactlyElementsOfTypes(MessageEvent.Queued.class);
    }

    @Test
    void whatIsQueuedAsksForItsLaneAgain() {
        Subject message = RIG.recovered(
                ENVELOPE,
                List.of(new MessageEvent.Queued(T0, ENVELOPE, "submitted", "dead", T0.plus(RULES.queueLease()), null)));
        message.wake();
        message.is(Status.QUEUED);
        assertThat(message.dispatch.ticket().messageId()).isEqualTo("c1-7");
        assertThat(message.journaled()).isEmpty();
    }

    @Test
    void whatRetriesAsksForItsLaneWhenItIsDue() {
        Subject message =
                recovered(new MessageEvent.AttemptRejected(T0, 1, ErrorClass.RETRYABLE, "code", "detail", DUE, true));
        message.wake();
        message.is(Status.RETRYING);
        message.leaves();
        assertThat(message.dispatch.hasTickets()).isFalse();
        message.clock.forward(Duration.ofSeconds(60));
        message.wake();
        message.is(Status.RETRYING);
        assertThat(message.dispatch.ticket().account()).isEqualTo("rcs-1");
    }

    @Test
    void theAttemptOfADeadProcessBecomesUnknown() {
        Subject message = RIG.recovered(ENVELOPE, List.of(queued("dead")));
        message.wake();
        message.is(Status.UNKNOWN);
        assertThat(message.journaled()).hasExactlyElementsOfTypes(MessageEvent.AttemptUnknown.class);
        message.leaves();
    }

    @Test
    void theAttemptOfALivingProcessIsLeftAloneUntilItsLeaseEnds() {
        Subject message = recovered();
        message.wake();
        message.is(Status.SENDING);
        assertThat(message.journaled()).isEmpty();
        message.clock.forward(RULES.attemptLease());
        message.wake();
        message.is(Status.UNKNOWN);
    }

    @Test
    void whatIsUnknownIsLookedUpOnceAtATime() {
        Subject message = recovered(unknown());
        message.clock.forward(Duration.ofSeconds(60));
        message.wake();
        message.wake();
        message.is(Status.UNKNOWN);
        message.is(Status.UNKNOWN);
        message.isLookedUp(1);
        message.resolves(new LookUp.Found("id-1", null));
        Until.holds(
                "it is resolved",
                Duration.ofSeconds(5),
                () -> !message.journaled().isEmpty());
        message.leaves();
        message.wake();
        message.is(Status.SENT);
    }

    @Test
    void aLookUpThatBreaksIsAskedAgain() {
        Subject message = recovered(unknown());
        message.clock.forward(Duration.ofSeconds(60));
        message.wake();
        message.is(Status.UNKNOWN);
        message.isLookedUp(1);
        message.dispatch.lookUps().getLast().completeExceptionally(new IllegalStateException("broken"));
        message.leaves();
        assertThat(message.journaled()).isEmpty();
        message.wake();
        message.is(Status.UNKNOWN);
        message.isLookedUp(2);
    }

    @Test
    void silenceAfterAcceptanceIsActedUponWhenItsTtlIsOver() {
        Subject message = recovered(new MessageEvent.AttemptAccepted(T0, 1, "id-1", "answer", DUE));
        message.wake();
        message.is(Status.SENT);
        message.clock.forward(Duration.ofSeconds(60));
        message.wake();
        message.is(Status.QUEUED);
        assertThat(message.dispatch.ticket().account()).isEqualTo("sms-1");
        assertThat(message.journaled()).hasExactlyElementsOfTypes(MessageEvent.RouteFellBack.class);
    }

    static Map<String, List<MessageEvent>> journals() {
        MessageEvent queued = queued(MessageRig.NODE);
        MessageEvent accepted = new MessageEvent.AttemptAccepted(T0, 1, "id-1", "answer", DUE);
        Map<String, List<MessageEvent>> journals = new LinkedHashMap<>();
        journals.put("scheduled", List.of(new MessageEvent.Scheduled(T0, ENVELOPE, DUE)));
        journals.put("sending", List.of(queued));
        journals.put("sent", List.of(queued, accepted));
        journals.put("delivered", List.of(queued, accepted, new MessageEvent.Delivered(T0, 1)));
        journals.put("read", List.of(queued, accepted, new MessageEvent.Read(T0, 1)));
        journals.put(
                "retrying",
                List.of(queued, new MessageEvent.AttemptRejected(T0, 1, ErrorClass.THROTTLED, "code", "", DUE, false)));
        journals.put("unknown", List.of(queued, unknown()));
        journals.put(
                "queued",
                List.of(
                        queued,
                        accepted,
                        new MessageEvent.RouteFellBack(T0, 0, 1, "ttl", MessageRig.NODE, T0.plus(RULES.queueLease()))));
        journals.put("failed", List.of(queued, new MessageEvent.Failed(T0, ErrorClass.PERMANENT_CONTENT, "", "")));
        journals.put("suppressed", List.of(queued, new MessageEvent.Suppressed(T0, "opted_out")));
        journals.put("expired", List.of(queued, new MessageEvent.Expired(T0)));
        journals.put("cancelled", List.of(queued, new MessageEvent.Cancelled(T0, "api")));
        return journals;
    }

    static List<String> states() {
        return List.copyOf(journals().keySet());
    }

    @Test
    void theJournalsOfThisTestReachEveryState() {
        assertThat(states())
                .containsExactlyInAnyOrderElementsOf(java.util.Arrays.stream(Status.values())
                        .map(Status::wire)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("states")
    void itStandsAsItStoodAndStopsWhenItIsToldTo(String state) {
        Subject message = RIG.recovered(ENVELOPE, journals().getOrDefault(state, List.of()));
        message.wake();
        message.is(Status.of(state));
        message.stop();
        assertThat(message.journaled()).isEmpty();
    }

    @Test
    void itStopsWhileItIsHeldForItsLaneAndWhileItIsLookedUp() {
        Subject held = RIG.fresh(ENVELOPE);
        held.feed(null);
        held.dispatch.ticket();
        held.stop();
        held.runner.expectMessageClass(MessageEntity.Refused.class);
        Subject asking = recovered(unknown());
        asking.clock.forward(Duration.ofSeconds(60));
        asking.wake();
        asking.is(Status.UNKNOWN);
        asking.isLookedUp(1);
        asking.stop();
        asking.resolves(new LookUp.Absent());
        assertThat(asking.journaled()).isEmpty();
        Subject fresh = RIG.fresh(ENVELOPE);
        fresh.stop();
    }
}
