package io.herald.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The newest accepted messages, for look-ups by recipient, SID or account. A ring of columns, some 60 bytes a message and
 * its body. Each message links to the one before it in its recipient's bucket; a link to a message that has been
 * overwritten is known by its number and ends the chain. The SID spells that number, so it needs no index of its own.
 */
final class TwilioIndex {
    /** Messages remembered. */
    static final int KEPT = 200_000;

    private static final Pattern SID = Pattern.compile("(SM|MM)[0-9a-f]{32}");
    private static final long STRIDE = 0x9e3779b97f4a7c15L;
    private static final long BACK = inverse(STRIDE);

    private final long sidHigh = ThreadLocalRandom.current().nextLong();
    private final long sidMask = ThreadLocalRandom.current().nextLong();
    private final AtomicLong numbers = new AtomicLong();

    private final int capacity;
    private final long[] number;
    private final long[] previous;
    private final long[] to;
    private final long[] created;
    private final int[] settle;
    private final int[] account;
    private final int[] from;
    private final int[] service;
    private final byte[] media;
    private final Fate[] fate;
    private final byte[][] body;
    private final long[] newest;
    private final Names names = new Names();
    private long last;

    TwilioIndex(int capacity) {
        this.capacity = capacity;
        number = new long[capacity];
        previous = new long[capacity];
        to = new long[capacity];
        created = new long[capacity];
        settle = new int[capacity];
        account = new int[capacity];
        from = new int[capacity];
        service = new int[capacity];
        media = new byte[capacity];
        fate = new Fate[capacity];
        body = new byte[capacity][];
        newest = new long[Integer.highestOneBit(Math.max(2, capacity - 1)) * 2];
    }

    /** A SID for a message that may be added; unlike any other of this or another run. */
    String nextSid(boolean withMedia) {
        long low = (numbers.incrementAndGet() * STRIDE) ^ sidMask;
        return (withMedia ? "MM" : "SM") + hex(sidHigh) + hex(low);
    }

    /** @throws IllegalArgumentException where the SID isn't one of {@link #nextSid} */
    synchronized void add(TwilioMessage message) {
        long n = numberOf(message.sid());
        if (n <= 0) {
            throw new IllegalArgumentException(message.sid() + " is not a SID of this index");
        }
        int at = slot(n);
        int bucket = bucket(digits(message.to()));
        number[at] = n;
        previous[at] = newest[bucket];
        newest[bucket] = n;
        to[at] = digits(message.to());
        created[at] = message.createdMillis();
        settle[at] = message.settleMillis();
        account[at] = names.number(message.account());
        from[at] = names.number(message.from());
        service[at] = names.number(message.service());
        media[at] = (byte) message.media();
        fate[at] = message.fate();
        body[at] = message.body().getBytes(StandardCharsets.UTF_8);
        last = Math.max(last, n);
    }

    synchronized @Nullable TwilioMessage bySid(String sid) {
        long n = numberOf(sid);
        boolean known = n > 0 && number[slot(n)] == n && sid(n).equals(sid);
        return known ? message(n) : null;
    }

    /**
     * The newest first.
     *
     * @param recipient E.164, or null for any
     */
    synchronized List<TwilioMessage> find(
            @Nullable String recipient, Predicate<TwilioMessage> wanted, int skip, int limit) {
        List<TwilioMessage> found = new ArrayList<>();
        int skipped = 0;
        long n = recipient == null ? last : newest[bucket(digits(recipient))];
        while (n > 0 && n > last - capacity && found.size() < limit) {
            int at = slot(n);
            boolean known = number[at] == n;
            if (known) {
                TwilioMessage message = message(n);
                if ((recipient == null || message.to().equals(recipient))
                        && wanted.test(message)
                        && skipped++ >= skip) {
                    found.add(message);
                }
            } else if (recipient != null) {
                break;
            }
            n = recipient == null ? n - 1 : previous[at];
        }
        return found;
    }

    synchronized void clear() {
        Arrays.fill(number, 0);
        Arrays.fill(newest, 0);
        Arrays.fill(body, new byte[0]);
    }

    private TwilioMessage message(long n) {
        int at = slot(n);
        return new TwilioMessage(
                sid(n),
                String.valueOf(names.name(account[at])),
                "+" + to[at],
                names.name(from[at]),
                names.name(service[at]),
                new String(body[at], StandardCharsets.UTF_8),
                media[at],
                created[at],
                settle[at],
                fate[at]);
    }

    private String sid(long n) {
        return (media[slot(n)] > 0 ? "MM" : "SM") + hex(sidHigh) + hex((n * STRIDE) ^ sidMask);
    }

    /** 0 where the SID isn't one of this run's. */
    private long numberOf(String sid) {
        if (!SID.matcher(sid).matches() || Long.parseUnsignedLong(sid, 2, 18, 16) != sidHigh) {
            return 0;
        }
        long n = (Long.parseUnsignedLong(sid, 18, 34, 16) ^ sidMask) * BACK;
        return n > numbers.get() ? 0 : Math.max(0, n);
    }

    private int slot(long n) {
        return (int) (n % capacity);
    }

    private int bucket(long digits) {
        return (int) ((digits * STRIDE) >>> 32) & (newest.length - 1);
    }

    private static long digits(String e164) {
        return Long.parseLong(e164, 1, e164.length(), 10);
    }

    private static String hex(long bits) {
        return HexFormat.of().toHexDigits(bits);
    }

    /** Of an odd number, modulo 2 to the 64th; each round of Newton's doubles the right bits. */
    private static long inverse(long odd) {
        long inverse = odd;
        for (int round = 0; round < 5; round++) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }

    /** Texts that recur in many messages, each kept once. Number 0 is null. */
    private static final class Names {
        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<@Nullable String> names = new ArrayList<>();

        Names() {
            names.add(null);
        }

        int number(@Nullable String name) {
            if (name == null) {
                return 0;
            }
            Integer known = numbers.get(name);
            if (known != null) {
                return known;
            }
            numbers.put(name, names.size());
            names.add(name);
            return names.size() - 1;
        }

        @Nullable
        String name(int number) {
            return names.get(number);
        }
    }
}
