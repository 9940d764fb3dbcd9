package io.herald.dispatch;

import akka.Done;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds this node to its shares. A departure takes from all of its limits or from none. A limit whose share is not known yet, or
 * has run out, lets nothing through until the owner has answered.
 */
public final class Limits {
    private static final Logger LOG = LoggerFactory.getLogger(Limits.class);
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    private static final Duration RENEWED_BEFORE = Duration.ofSeconds(1);
    private static final long NOT_KNOWN_NANOS = 1_000_000_000;

    private final LimitOwner owner;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private final AtomicLong questions = new AtomicLong();
    private final Cache<LimitKey, State> states = Caffeine.newBuilder()
            .executor(Runnable::run)
            .expireAfterAccess(FORGOTTEN)
            .build();

    private static final class State {
        private final Pace pace = new Pace();
        private double share = Double.POSITIVE_INFINITY;
        private int burst;
        private double adaptive = Double.POSITIVE_INFINITY;
        private @Nullable Instant until;
        private boolean asking;
        /** Of the question whose answer is in force. */
        private long answered;

        private long secondStart = Long.MIN_VALUE / 2;
        private int inSecond;
        private int lastSecond;

        boolean isKnown(Instant now) {
            return until != null && now.isBefore(until);
        }

        boolean isDueForRenewal(Instant now) {
            return until == null || !now.isBefore(until.minus(RENEWED_BEFORE));
        }

        void apply(long now) {
            pace.set(Math.min(share, adaptive), burst, now);
        }

        void count(long now) {
            if (now - secondStart >= 1_000_000_000L) {
                lastSecond = now - secondStart < 2_000_000_000L ? inSecond : 0;
                inSecond = 0;
                secondStart = now;
            }
            inSecond++;
        }
    }

    /**
     * Whether a departure may happen.
     *
     * @param waitNanos 0: it has happened; else how long to wait before asking again
     * @param binding the limit that it waits for
     */
    record Verdict(long waitNanos, @Nullable LimitKey binding) {
        static final Verdict GO = new Verdict(0, null);

        boolean go() {
            return waitNanos == 0;
        }
    }

    /** @param nanos a monotonic clock, such as {@link System#nanoTime} */
    public Limits(LimitOwner owner, InstantSource clock, LongSupplier nanos) {
        this.owner = owner;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Called, on any thread, when a limit may let more through than before. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Takes one from each limit if all of them allow it now. */
    Verdict depart(List<LimitKey> keys) {
        List<LimitKey> unknown = new ArrayList<>(0);
        Verdict verdict = depart(keys, unknown);
        unknown.forEach(this::ask);
        return verdict;
    }

    private Verdict depart(List<LimitKey> keys, List<LimitKey> unknown) {
        Instant time = clock.instant();
        long now = nanos.getAsLong();
        synchronized (lock) {
            long wait = 0;
            LimitKey binding = null;
            List<State> all = new ArrayList<>(keys.size());
            for (LimitKey key : keys) {
                State state = states.get(key, k -> new State());
                all.add(state);
                long its = state.isKnown(time) ? state.pace.untilNext(now) : NOT_KNOWN_NANOS;
                if (state.isDueForRenewal(time)) {
                    unknown.add(key);
                }
                if (its > wait) {
                    wait = its;
                    binding = key;
                }
            }
            if (wait > 0) {
                return new Verdict(wait, binding);
            }
            for (State state : all) {
                state.pace.depart(now);
                state.count(now);
            }
            return Verdict.GO;
        }
    }

    /**
     * What departures under some limits are to expect.
     *
     * @param waitNanos until the next may go
     * @param intervalNanos between those that follow
     * @param binding the limit that makes it wait, if it has to
     */
    record Forecast(
            long waitNanos, long intervalNanos, @Nullable LimitKey binding) {}

    /** Looks ahead without taking anything. */
    Forecast forecast(List<LimitKey> keys) {
        List<LimitKey> unknown = new ArrayList<>(0);
        Forecast forecast = forecast(keys, unknown);
        unknown.forEach(this::ask);
        return forecast;
    }

    private Forecast forecast(List<LimitKey> keys, List<LimitKey> unknown) {
        Instant time = clock.instant();
        long now = nanos.getAsLong();
        synchronized (lock) {
            long wait = 0;
            long interval = 0;
            LimitKey binding = null;
            for (LimitKey key : keys) {
                State state = states.get(key, k -> new State());
                long its = state.isKnown(time) ? state.pace.untilNext(now) : NOT_KNOWN_NANOS;
                if (state.isDueForRenewal(time)) {
                    unknown.add(key);
                }
                if (its > wait) {
                    wait = its;
                    binding = key;
                }
                interval = Math.max(interval, state.pace.interval());
            }
            return new Forecast(wait, interval, binding);
        }
    }

    /** Slows a limit below its share, or with infinity no longer. */
    void adapt(LimitKey key, double ratePerSecond) {
        synchronized (lock) {
            State state = states.get(key, k -> new State());
            state.adaptive = ratePerSecond;
            state.apply(nanos.getAsLong());
        }
        changed();
    }

    /** Asks the owner anew; completes when its answer is in force. A campaign that is not known here needs no answer yet. */
    public CompletionStage<Done> refresh(LimitKey name) {
        return CompletableFuture.allOf(named(name).stream()
                        .map(key -> {
                            long question = questions.incrementAndGet();
                            return owner.share(key, 0)
                                    .thenAccept(share -> put(key, share, question))
                                    .toCompletableFuture();
                        })
                        .toArray(CompletableFuture[]::new))
                .thenApply(done -> Done.getInstance());
    }

    private List<LimitKey> named(LimitKey name) {
        if (name.kind() != LimitKey.Kind.CAMPAIGN || !name.tenantId().isEmpty()) {
            return List.of(name);
        }
        synchronized (lock) {
            return states.asMap().keySet().stream().filter(name::names).toList();
        }
    }

    /** Departures through a limit in the last full second. */
    public int used(LimitKey name) {
        int used = 0;
        synchronized (lock) {
            for (LimitKey key : named(name)) {
                State state = states.getIfPresent(key);
                if (state != null) {
                    long age = nanos.getAsLong() - state.secondStart;
                    used += age < 1_000_000_000L ? state.lastSecond : age < 2_000_000_000L ? state.inSecond : 0;
                }
            }
        }
        return used;
    }

    /** What is in force for a limit now: share and adaptation; empty where it is not known. */
    public java.util.OptionalDouble inForce(LimitKey key) {
        synchronized (lock) {
            State state = states.getIfPresent(key);
            return state == null || !state.isKnown(clock.instant())
                    ? java.util.OptionalDouble.empty()
                    : java.util.OptionalDouble.of(state.pace.rate());
        }
    }

    /** Outside the lock: the owner may answer at once, and listeners have locks of their own. */
    private void ask(LimitKey key) {
        double demand;
        synchronized (lock) {
            State state = states.get(key, k -> new State());
            if (state.asking) {
                return;
            }
            state.asking = true;
            demand = state.lastSecond;
        }
        long question = questions.incrementAndGet();
        owner.share(key, demand).whenComplete((share, failure) -> {
            synchronized (lock) {
                states.get(key, k -> new State()).asking = false;
            }
            if (failure == null) {
                put(key, share, question);
            } else {
                LOG.atDebug().addKeyValue("limit", key.kind()).log("a limit's share could not be learned");
            }
        });
    }

    /** An answer that was asked for before the one in force may be older than a change that was made since: it is dropped. */
    private void put(LimitKey key, LimitOwner.Share share, long question) {
        synchronized (lock) {
            State state = states.get(key, k -> new State());
            if (question < state.answered) {
                return;
            }
            state.answered = question;
            state.share = share.ratePerSecond();
            state.burst = share.burst();
            state.until = share.until();
            state.apply(nanos.getAsLong());
        }
        changed();
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }
}
