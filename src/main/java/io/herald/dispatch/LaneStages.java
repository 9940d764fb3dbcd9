package io.herald.dispatch;

import akka.stream.Attributes;
import akka.stream.Outlet;
import akka.stream.SourceShape;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The beginnings of a lane's two streams, that stand on its queues. */
final class LaneStages {
    private LaneStages() {}

    /**
     * Wakes a stage from any thread, now or after a while, to look at its queue again. Many wake-ups become one. It outlives the
     * stages that it wakes.
     */
    static final class Poke {
        private final ScheduledExecutorService timer;
        private final AtomicBoolean pending = new AtomicBoolean();
        private final AtomicLong planned = new AtomicLong(Long.MAX_VALUE);
        private volatile @Nullable AsyncCallback<Boolean> stage;

        Poke(ScheduledExecutorService timer) {
            this.timer = timer;
        }

        private void attach(AsyncCallback<Boolean> stage) {
            this.stage = stage;
            pending.set(false);
            now();
        }

        /** The stage is about to look. */
        private void looking() {
            pending.set(false);
        }

        void now() {
            AsyncCallback<Boolean> callback = stage;
            if (callback != null && pending.compareAndSet(false, true)) {
                callback.invoke(true);
            }
        }

        /** No earlier than in that many nanoseconds; an earlier plan stands. */
        void after(long nanos) {
            if (nanos == Long.MAX_VALUE) {
                return;
            }
            long at = System.nanoTime() + Math.min(nanos, TimeUnit.SECONDS.toNanos(1));
            long before = planned.get();
            boolean over = before == Long.MAX_VALUE || before - System.nanoTime() < 0;
            if ((over || at - before < 0) && planned.compareAndSet(before, at)) {
                timer.schedule(
                        () -> {
                            planned.compareAndSet(at, Long.MAX_VALUE);
                            now();
                        },
                        Math.max(0, at - System.nanoTime()),
                        TimeUnit.NANOSECONDS);
            }
        }

        /** The stage is to complete. */
        void end() {
            AsyncCallback<Boolean> callback = stage;
            if (callback != null) {
                callback.invoke(false);
            }
        }
    }

    /** Tickets whose turn it is. */
    static final class Admission extends GraphStage<SourceShape<Lane.Waiting>> {
        private final Outlet<Lane.Waiting> out = Outlet.create("admitted");
        private final Lane lane;
        private final Poke poke;

        Admission(Lane lane, Poke poke) {
            this.lane = lane;
            this.poke = poke;
        }

        @Override
        public SourceShape<Lane.Waiting> shape() {
            return SourceShape.of(out);
        }

        @Override
        public GraphStageLogic createLogic(Attributes attributes) {
            return new GraphStageLogic(shape()) {
                {
                    setHandler(out, new AbstractOutHandler() {
                        @Override
                        public void onPull() {
                            look();
                        }
                    });
                }

                @Override
                public void preStart() {
                    poke.attach(createAsyncCallback(goOn -> {
                        poke.looking();
                        if (!goOn) {
                            completeStage();
                        } else if (isAvailable(out)) {
                            look();
                        }
                    }));
                }

                private void look() {
                    Lane.Waiting next = lane.admit();
                    if (next != null) {
                        push(out, next);
                    }
                }
            };
        }
    }

    /** Attempts that their limits let go. */
    static final class Departure extends GraphStage<SourceShape<Lane.Ready>> {
        private final Outlet<Lane.Ready> out = Outlet.create("departing");
        private final Lane lane;
        private final Poke poke;

        Departure(Lane lane, Poke poke) {
            this.lane = lane;
            this.poke = poke;
        }

        @Override
        public SourceShape<Lane.Ready> shape() {
            return SourceShape.of(out);
        }

        @Override
        public GraphStageLogic createLogic(Attributes attributes) {
            return new GraphStageLogic(shape()) {
                {
                    setHandler(out, new AbstractOutHandler() {
                        @Override
                        public void onPull() {
                            look();
                        }
                    });
                }

                @Override
                public void preStart() {
                    poke.attach(createAsyncCallback(goOn -> {
                        poke.looking();
                        if (!goOn) {
                            completeStage();
                        } else if (isAvailable(out)) {
                            look();
                        }
                    }));
                }

                private void look() {
                    Lane.Ready next = lane.depart();
                    if (next != null) {
                        push(out, next);
                    }
                }
            };
        }
    }
}
