package io.herald.loadtest;

import io.herald.loadtest.Tenant.Sent;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;

/**
 * What a provider reports of messages: of some hundred that they are sent, then of the same that they are delivered, and so on. Now
 * and then a report comes twice, or is about a message that Herald has never heard of. Without end: behind the last message it begins
 * again, with repeats only.
 */
final class Callbacks implements Iterator<Map<String, Object>> {
    private static final double UNKNOWN = 0.03;
    private static final double REPEATED = 0.03;
    private static final double UNDELIVERED = 0.03;
    private static final int WAVE = 200;
    private static final long SEED = 20_240_601;

    private final Random random = new Random(SEED);
    private final Queue<Report> soon = new ArrayDeque<>();
    private final List<Sent> messages;
    private final String idPrefix;
    private final Function<Report, Map<String, Object>> row;
    private int next;

    /** @param known whether its message is Herald's */
    record Report(Sent message, Status status, boolean known) {}

    enum Status {
        SENT,
        DELIVERED,
        UNDELIVERED
    }

    /** @param idPrefix what a provider's ids begin with, for those that it never gave out */
    Callbacks(List<Sent> messages, String idPrefix, Function<Report, Map<String, Object>> row) {
        this.messages = List.copyOf(messages);
        this.idPrefix = idPrefix;
        this.row = row;
    }

    /** How many messages so many reports are about, at most. */
    static int messagesFor(int reports) {
        return reports / 2 + WAVE;
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public Map<String, Object> next() {
        double dice = random.nextDouble();
        if (dice < UNKNOWN) {
            return row.apply(new Report(stranger(), Status.DELIVERED, false));
        }
        if (soon.isEmpty()) {
            fill();
        }
        return row.apply(dice < UNKNOWN + REPEATED ? soon.element() : soon.remove());
    }

    private void fill() {
        int begin = next >= messages.size() ? 0 : next;
        List<Sent> wave = messages.subList(begin, Math.min(messages.size(), begin + WAVE));
        next = begin + wave.size();
        wave.forEach(message -> soon.add(new Report(message, Status.SENT, true)));
        wave.forEach(message -> soon.add(new Report(message, fate(message), true)));
    }

    /** The same each time that it is asked for. */
    private static Status fate(Sent message) {
        return new Random(message.id().hashCode()).nextDouble() < UNDELIVERED ? Status.UNDELIVERED : Status.DELIVERED;
    }

    private Sent stranger() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return new Sent(
                new UUID(random.nextLong(), random.nextLong()).toString(),
                idPrefix + HexFormat.of().formatHex(id),
                Numbers.of(random.nextInt(1_000_000)));
    }
}
