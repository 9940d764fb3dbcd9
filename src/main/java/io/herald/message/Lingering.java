package io.herald.message;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The messages in a node's memory, and when each is asked whether it must stay. All are asked equally long after they came, so that
 * one queue serves them, where a timer each would cost more than most of what they do.
 */
public final class Lingering {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final long stayNanos;
    private final int most;
    private final Queue<Place> places = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inMemory = new AtomicInteger();

    /** Where a message stands in the queue. */
    static final class Place {
        private final long until;
        private volatile @Nullable ActorRef<MessageEntity.Command> who;

        private Place(ActorRef<MessageEntity.Command> who, long until) {
            this.who = who;
            this.until = until;
        }

        /** It need not be asked any more. */
        void leave() {
            who = null;
        }
    }

    /**
     * @param stay how long a message stays in memory for what is likely to come soon
     * @param most beyond this many, none stays
     */
    public Lingering(Duration stay, int most) {
        this.stayNanos = stay.toNanos();
        this.most = most;
    }

    public void begin(ActorSystem<?> system) {
        system.scheduler().scheduleWithFixedDelay(LOOK_EVERY, LOOK_EVERY, this::look, system.executionContext());
    }

    private void look() {
        long now = System.nanoTime();
        for (Place next = places.peek(); next != null && next.until - now <= 0; next = places.peek()) {
            places.poll();
            ActorRef<MessageEntity.Command> who = next.who;
            if (who != null) {
                who.tell(MessageEntity.Linger.OVER);
            }
        }
    }

    Place enter(ActorRef<MessageEntity.Command> who) {
        Place place = new Place(who, System.nanoTime() + stayNanos);
        places.add(place);
        return place;
    }

    void began() {
        inMemory.incrementAndGet();
    }

    void ended() {
        inMemory.decrementAndGet();
    }

    boolean isCrowded() {
        return inMemory.get() > most;
    }
}
