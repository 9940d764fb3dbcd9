package io.herald.insight.view;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.MessageCommand;
import io.herald.platform.journal.InlineView.Entry;
import io.herald.support.Envelopes;
import io.herald.support.OpenDatabase;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each kind of event adds, to which day, channel and account. An SMS has two segments here. */
class UsageViewTest {
    private static final OpenDatabase DB = OpenDatabase.fresh();
    private static final LocalDate DAY = LocalDate.parse("2026-05-04");
    private static final List<Dimension> ALL = List.of(Dimension.DAY, Dimension.CHANNEL, Dimension.ACCOUNT);

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void nothingIsCounted() {
        DB.update("TRUNCATE usage_counter");
    }

    private static void write(UsageView view, List<Entry<MessageRecorded>> entries) {
        DB.database().transactHere(c -> {
            view.write(c, entries);
            return true;
        });
    }

    private static void write(Flight flight) {
        write(new UsageView("one"), flight.entries());
    }

    private static List<Usage> usage(String tenant, List<Dimension> dimensions, Optional<Channel> channel) {
        var filter = new UsageQueries.Filter(DAY, DAY.plusDays(9), channel, Optional.empty());
        return new UsageQueries(DB.database())
                .by(tenant, dimensions, filter)
                .toCompletableFuture()
                .join();
    }

    /** A line a group: what it is, and every counter that is not zero. */
    private static List<String> lines(List<Usage> usage) {
        return usage.stream()
                .map(one -> String.join(" ", one.group()) + ": "
                        + Stream.of(Counter.values())
                                .filter(counter -> one.count(counter) != 0)
                                .map(counter -> counter.wire() + " " + one.count(counter))
                                .collect(Collectors.joining(", ")))
                .toList();
    }

    private static List<String> usageOf(Flight flight) {
        write(flight);
        return lines(usage("t1", ALL, Optional.empty()));
    }

    @Test
    void aMessageThatArrivesCountsOnceInEachPlace() {
        assertThat(usageOf(
                        Flight.started(SMS).accepted().reported(Kind.DELIVERED).reported(Kind.READ)))
                .containsExactly("2026-05-04 sms sms-1: messages 1, attempts 1, accepted 1, segments 2, delivered 1,"
                        + " delivered_segments 2");
    }

    @Test
    void whatWasReadWithoutADeliveryReportWasDelivered() {
        assertThat(usageOf(Flight.started(RCS).accepted().reported(Kind.READ).reported(Kind.DELIVERED)))
                .containsExactly("2026-05-04 rcs rcs-1: messages 1, attempts 1, accepted 1, segments 1, delivered 1,"
                        + " delivered_segments 1");
    }

    @Test
    void eachEventCountsOnItsOwnDay() {
        Envelope envelope = Envelopes.of(SMS);
        Flight flight = Flight.of(envelope)
                .does(new MessageCommand.Submit(envelope, T0.plus(Duration.ofDays(1))))
                .nextDay()
                .does(new MessageCommand.Wake())
                .starts()
                .nextDay()
                .accepted()
                .nextDay()
                .reported(Kind.DELIVERED);
        assertThat(usageOf(flight))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1",
                        "2026-05-05 sms sms-1: attempts 1",
                        "2026-05-06 sms sms-1: accepted 1, segments 2",
                        "2026-05-07 sms sms-1: delivered 1, delivered_segments 2");
        assertThat(lines(usage("t1", List.of(Dimension.MONTH), Optional.empty())))
                .containsExactly("2026-05: messages 1, attempts 1, accepted 1, segments 2, delivered 1,"
                        + " delivered_segments 2");
    }

    @Test
    void aDayEndsAtMidnightInUtc() {
        Duration lastMoment = Duration.ofHours(14).minusNanos(1000);
        assertThat(usageOf(Flight.started(SMS)
                        .after(lastMoment)
                        .accepted()
                        .after(Duration.ofNanos(1000))
                        .reported(Kind.DELIVERED)))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1, attempts 1, accepted 1, segments 2",
                        "2026-05-05 sms sms-1: delivered 1, delivered_segments 2");
    }

    @Test
    void aFallbackCountsWhereItLeftAndItsNextAttemptWhereThatWent() {
        assertThat(usageOf(Flight.started(RCS, SMS)
                        .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                        .starts()
                        .accepted()))
                .containsExactly(
                        "2026-05-04 rcs rcs-1: messages 1, attempts 1, rejected 1, fallbacks 1",
                        "2026-05-04 sms sms-1: attempts 1, accepted 1, segments 2");
    }

    @Test
    void whatBothProvidersTookBothCharge() {
        assertThat(usageOf(Flight.started(RCS, SMS)
                        .accepted()
                        .reported(Kind.UNDELIVERED)
                        .starts()
                        .accepted()
                        .reported(Kind.DELIVERED)
                        .nextDay()
                        .reported(1, Kind.DELIVERED)))
                .containsExactly(
                        "2026-05-04 rcs rcs-1: messages 1, attempts 1, accepted 1, segments 1, undelivered 1, fallbacks 1",
                        "2026-05-04 sms sms-1: attempts 1, accepted 1, segments 2, delivered 1, delivered_segments 2",
                        "2026-05-05 rcs rcs-1: delivered 1, delivered_segments 1");
    }

    @Test
    void aRetryIsAnAttemptAndNoSecondMessage() {
        assertThat(usageOf(Flight.started(SMS)
                        .rejected(ErrorClass.RETRYABLE)
                        .after(Duration.ofMinutes(1))
                        .starts()
                        .rejected(ErrorClass.THROTTLED)
                        .after(Duration.ofMinutes(1))
                        .starts()
                        .accepted()))
                .containsExactly("2026-05-04 sms sms-1: messages 1, attempts 3, accepted 1, segments 2, rejected 2");
    }

    @Test
    void anUnknownOutcomeCountsWhenItBecomesKnown() {
        assertThat(usageOf(Flight.started(SMS).unknown().nextDay().resolved(new LookUp.Found("id-1", Kind.DELIVERED))))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1, attempts 1, unknown 1",
                        "2026-05-05 sms sms-1: accepted 1, segments 2, resolved 1, delivered 1, delivered_segments 2");
    }

    @Test
    void whatTheProviderNeverHadIsNotCharged() {
        assertThat(usageOf(Flight.started(SMS)
                        .unknown()
                        .resolved(new LookUp.Absent())
                        .after(Duration.ofMinutes(1))
                        .starts()
                        .accepted()))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1, attempts 2, accepted 1, segments 2, rejected 1, unknown 1,"
                                + " resolved 1");
    }

    @Test
    void anAnswerThatRefusesAnUnknownAttemptCountsOneRefusal() {
        assertThat(usageOf(Flight.started(SMS).unknown().rejected(ErrorClass.PERMANENT_RECIPIENT)))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1, attempts 1, rejected 1, unknown 1, resolved 1, failed 1");
    }

    @Test
    void whatIsLeftUnknownStaysSo() {
        Envelope envelope = Envelopes.of(UnknownPolicy.PREFER_LOSS, SMS);
        assertThat(usageOf(Flight.of(envelope).starts().unknown().resolved(new LookUp.NotSupported())))
                .containsExactly("2026-05-04 sms sms-1: messages 1, attempts 1, unknown 1");
    }

    @Test
    void whatWasSentTwiceAndTakenTwiceCountsTwice() {
        Flight sentAgain = Flight.started(SMS)
                .unknown()
                .resolved(new LookUp.NotSupported())
                .after(Duration.ofMinutes(1))
                .starts()
                .accepted()
                .reported(Kind.DELIVERED);
        assertThat(usageOf(sentAgain))
                .containsExactly("2026-05-04 sms sms-1: messages 1, attempts 2, accepted 1, segments 2, unknown 1,"
                        + " delivered 1, delivered_segments 2");
        nothingIsCounted();
        assertThat(usageOf(sentAgain.nextDay().reported(1, Kind.DELIVERED)))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1, attempts 2, accepted 1, segments 2, unknown 1, delivered 1,"
                                + " delivered_segments 2",
                        "2026-05-05 sms sms-1: accepted 1, segments 2, resolved 1, delivered 1, delivered_segments 2");
    }

    @Test
    void anAnswerThatComesAfterItsAttemptWasGivenUpIsAnAcceptance() {
        assertThat(usageOf(Flight.started(SMS)
                        .unknown()
                        .resolved(new LookUp.NotSupported())
                        .answers(1, new SendResult.Accepted("id-1"))))
                .containsExactly("2026-05-04 sms sms-1: messages 1, attempts 1, accepted 1, segments 2, unknown 1,"
                        + " resolved 1");
    }

    @Test
    void aReplayIsNoSecondMessageAndCountsWhatItCosts() {
        assertThat(usageOf(Flight.started(SMS)
                        .accepted()
                        .reported(Kind.UNDELIVERED)
                        .nextDay()
                        .does(new MessageCommand.Replay())
                        .starts()
                        .accepted()
                        .reported(Kind.DELIVERED)))
                .containsExactly(
                        "2026-05-04 sms sms-1: messages 1, attempts 1, accepted 1, segments 2, undelivered 1, failed 1",
                        "2026-05-05 sms sms-1: attempts 1, accepted 1, segments 2, delivered 1, delivered_segments 2");
    }

    @Test
    void whatNeverWentEndsUnderItsRoute() {
        Envelope envelope = Envelopes.of(RCS, SMS);
        write(Flight.of(envelope).does(new MessageCommand.EnterSuppressed(envelope, "opted_out")));
        write(Flight.of(envelope).does(new MessageCommand.EnterFailed(envelope, "missing_variable", "no name")));
        write(Flight.of(envelope)
                .does(new MessageCommand.Submit(envelope, null))
                .does(new MessageCommand.Cancel("api")));
        write(Flight.of(envelope)
                .does(new MessageCommand.Submit(envelope, null))
                .after(Envelopes.LIFETIME)
                .does(new MessageCommand.Wake()));
        write(Flight.started(RCS, SMS)
                .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                .does(new MessageCommand.Suppress("opted_out")));
        assertThat(lines(usage("t1", ALL, Optional.empty())))
                .containsExactly(
                        "2026-05-04 rcs rcs-1: messages 5, attempts 1, rejected 1, fallbacks 1, failed 1, suppressed 1,"
                                + " cancelled 1",
                        "2026-05-04 sms sms-1: suppressed 1",
                        "2026-05-07 rcs rcs-1: expired 1");
    }

    @Test
    void whatMovesNothingWritesNothing() {
        Flight flight = Flight.started(RCS, SMS).accepted();
        int before = flight.entries().size();
        flight.does(new MessageCommand.Cancel("campaign_cancelled"));
        List<Entry<MessageRecorded>> settled =
                flight.entries().subList(before, flight.entries().size());
        assertThat(settled).hasSize(1);
        write(new UsageView("one"), settled);
        assertThat(DB.number("SELECT count(*) FROM usage_counter")).isZero();
    }

    @Test
    void writersCountInRowsOfTheirOwnThatAreSummed() {
        List<Entry<MessageRecorded>> entries = new ArrayList<>(Flight.started(RCS, SMS)
                .rejected(ErrorClass.CHANNEL_UNAVAILABLE)
                .starts()
                .accepted()
                .entries());
        write(new UsageView("one"), entries);
        List<String> once = lines(usage("t1", ALL, Optional.empty()));
        nothingIsCounted();
        for (int i = 0; i < entries.size(); i++) {
            write(new UsageView(i % 2 == 0 ? "one" : "two"), List.of(entries.get(i)));
        }
        assertThat(lines(usage("t1", ALL, Optional.empty()))).isEqualTo(once);
        assertThat(DB.list("SELECT DISTINCT stripe FROM usage_counter ORDER BY 1", row -> row.getString(1)))
                .containsExactly("one", "two");
        assertThat(lines(usage("t1", List.of(Dimension.CHANNEL), Optional.of(Channel.SMS))))
                .containsExactly("sms: attempts 1, accepted 1, segments 2");
        assertThat(usage("t2", ALL, Optional.empty())).isEmpty();
    }
}
