package io.herald.message;

import io.herald.kernel.Channel;
import io.herald.kernel.LookUp;
import io.herald.message.domain.Message;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A dispatch that sends nothing: it keeps what it is given, and its provider answers when the test says so. */
final class FakeDispatch implements Dispatch {
    private final BlockingQueue<Ticket> tickets = new LinkedBlockingQueue<>();
    private final List<String> optOuts = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<LookUp>> lookUps = new CopyOnWriteArrayList<>();

    @Override
    public void offer(Ticket ticket) {
        tickets.add(ticket);
    }

    @Override
    public CompletionStage<LookUp> lookUp(Message message) {
        CompletableFuture<LookUp> answer = new CompletableFuture<>();
        lookUps.add(answer);
        return answer;
    }

    @Override
    public void optedOut(String tenantId, Channel channel, String address) {
        optOuts.add(tenantId + " " + channel.wire() + " " + address);
    }

    /** The next message that asks for a lane. */
    Ticket ticket() {
        try {
            Ticket ticket = tickets.poll(5, TimeUnit.SECONDS);
            if (ticket == null) {
                throw new AssertionError("nothing asked for a lane");
            }
            return ticket;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean hasTickets() {
        return !tickets.isEmpty();
    }

    List<String> optOuts() {
        return optOuts;
    }

    List<CompletableFuture<LookUp>> lookUps() {
        return lookUps;
    }
}
