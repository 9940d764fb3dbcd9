package io.herald.insight.view;

import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope.Step;
import io.herald.message.domain.Message;
import io.herald.message.domain.Message.Attempt;
import io.herald.message.domain.Message.Attempt.Outcome;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageEvent.AttemptStart;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a group of events adds to the counters. An attempt is counted by the difference between its state before and after an event,
 * so that nothing that is told twice counts twice.
 */
final class Tally {

    /**
     * One row of {@code usage_counter} but for its stripe, in the order of its key.
     *
     * @param day since 1970, in UTC
     */
    record Key(String tenantId, int day, Channel channel, String account) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = tenantId.compareTo(other.tenantId);
            order = order == 0 ? Integer.compare(day, other.day) : order;
            order = order == 0 ? channel.wire().compareTo(other.channel.wire()) : order;
            return order == 0 ? account.compareTo(other.account) : order;
        }
    }

    private static final long SECONDS_A_DAY = TimeUnit.DAYS.toSeconds(1);

    private final SortedMap<Key, Map<Counter, Integer>> sums = new TreeMap<>();

    /** In the order of the keys. */
    SortedMap<Key, Map<Counter, Integer>> sums() {
        return sums;
    }

    void add(MessageRecorded recorded) {
        Message before = recorded.before();
        Message after = Objects.requireNonNull(recorded.after(), "a message is persisted with its state");
        Moment moment = new Moment(after.envelope().tenantId(), recorded.event().at());
        switch (recorded.event()) {
            case MessageEvent.Scheduled e -> moment.entered(before, after);
            case MessageEvent.Queued e -> {
                moment.entered(before, after);
                if (e.attempt() != null) {
                    moment.count(Counter.ATTEMPTS, 1, e.attempt());
                }
            }
            case MessageEvent.AttemptStarted e -> moment.count(Counter.ATTEMPTS, 1, e.attempt());
            case MessageEvent.AttemptAccepted e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.AttemptRejected e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.AttemptUnknown e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.AttemptResolved e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.Delivered e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.Undelivered e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.Read e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.LateReceipt e -> moment.attempt(before, after, e.attempt());
            case MessageEvent.RouteFellBack e ->
                moment.count(Counter.FALLBACKS, after.envelope().route().get(e.fromRoute()));
            case MessageEvent.Failed e -> moment.count(Counter.FAILED, after.step());
            case MessageEvent.Suppressed e -> moment.count(Counter.SUPPRESSED, after.step());
            case MessageEvent.Expired e -> moment.count(Counter.EXPIRED, after.step());
            case MessageEvent.Cancelled e -> moment.count(Counter.CANCELLED, after.step());
            case MessageEvent.Settled e -> {}
        }
    }

    /** Where one event counts. */
    private final class Moment {
        private final String tenant;
        private final int day;

        Moment(String tenant, Instant at) {
            this.tenant = tenant;
            this.day = Math.toIntExact(Math.floorDiv(at.getEpochSecond(), SECONDS_A_DAY));
        }

        void entered(@Nullable Message before, Message after) {
            if (before == null) {
                count(Counter.MESSAGES, after.step());
            }
        }

        void attempt(@Nullable Message before, Message after, int number) {
            Attempt was = Objects.requireNonNull(before, "what has an attempt has a past")
                    .attempt(number);
            Attempt is = after.attempt(number);
            AttemptStart start = is.start();
            if (was.outcome() != is.outcome()) {
                switch (is.outcome()) {
                    case ACCEPTED -> {
                        count(Counter.ACCEPTED, 1, start);
                        count(Counter.SEGMENTS, start.segments(), start);
                    }
                    case REJECTED -> count(Counter.REJECTED, 1, start);
                    case UNKNOWN -> count(Counter.UNKNOWN, 1, start);
                    case STARTED, LEFT -> {}
                }
                if (isHidden(was) && !isHidden(is)) {
                    count(Counter.RESOLVED, 1, start);
                }
            }
            if (was.report() != is.report()) {
                if (isDelivered(is) && !isDelivered(was)) {
                    count(Counter.DELIVERED, 1, start);
                    count(Counter.DELIVERED_SEGMENTS, start.segments(), start);
                } else if (is.report() == DeliveryReport.Kind.UNDELIVERED) {
                    count(Counter.UNDELIVERED, 1, start);
                }
            }
        }

        void count(Counter counter, Step step) {
            count(counter, 1, step.channel(), step.account());
        }

        void count(Counter counter, int many, AttemptStart start) {
            count(counter, many, start.channel(), start.account());
        }

        private void count(Counter counter, int many, Channel channel, String account) {
            sums.computeIfAbsent(new Key(tenant, day, channel, account), key -> new EnumMap<>(Counter.class))
                    .merge(counter, many, Integer::sum);
        }
    }

    private static boolean isHidden(Attempt attempt) {
        return attempt.outcome() == Outcome.UNKNOWN || attempt.outcome() == Outcome.LEFT;
    }

    private static boolean isDelivered(Attempt attempt) {
        return attempt.report() == DeliveryReport.Kind.DELIVERED || attempt.report() == DeliveryReport.Kind.READ;
    }
}
