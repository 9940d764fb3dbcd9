package io.herald.dispatch;

import akka.Done;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/**
 * Whether messages of a campaign may start attempts on this node. A gate that is not known is shut and asked about. A campaign that
 * is halted waits for the starts that had passed its gate: then nothing of it can start here, and what is in flight is known.
 */
final class CampaignGates {

    /** What a campaign's attempts on this node are doing. */
    private static final class Gate {
        private boolean known;
        private boolean open;
        private boolean asking;
        private int starting;
        private final Set<String> inFlight = new HashSet<>();
        private final List<CompletableFuture<Done>> halting = new ArrayList<>();
    }

    private final BiFunction<String, String, CompletionStage<Boolean>> mayRun;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();

    /** @param mayRun whether the campaign of a tenant and an id is one whose messages may be sent */
    CampaignGates(BiFunction<String, String, CompletionStage<Boolean>> mayRun) {
        this.mayRun = mayRun;
    }

    /** Called, on any thread, when a gate has opened. */
    void onOpen(Runnable listener) {
        listeners.add(listener);
    }

    private Gate gate(String campaignId) {
        return gates.computeIfAbsent(campaignId, id -> new Gate());
    }

    boolean isOpen(String tenantId, String campaignId) {
        Gate gate = gate(campaignId);
        synchronized (gate) {
            if (gate.known || gate.asking) {
                return gate.known && gate.open;
            }
            gate.asking = true;
        }
        mayRun.apply(tenantId, campaignId).whenComplete((run, failure) -> {
            boolean opened;
            synchronized (gate) {
                gate.asking = false;
                opened = failure == null && run && !gate.known;
                if (failure == null && !gate.known) {
                    gate.known = true;
                    gate.open = run;
                }
            }
            if (opened) {
                listeners.forEach(Runnable::run);
            }
        });
        return false;
    }

    /** Begins a start; false where the campaign is halted: then there is nothing to end. */
    boolean enter(String campaignId) {
        Gate gate = gate(campaignId);
        synchronized (gate) {
            if (!gate.known || !gate.open) {
                return false;
            }
            gate.starting++;
            return true;
        }
    }

    /** Ends a start; {@code flying} says whether an attempt came of it. */
    void entered(String campaignId, String messageId, boolean flying) {
        Gate gate = gate(campaignId);
        List<CompletableFuture<Done>> halted = List.of();
        synchronized (gate) {
            gate.starting--;
            if (flying) {
                gate.inFlight.add(messageId);
            }
            if (gate.starting == 0 && !gate.halting.isEmpty()) {
                halted = List.copyOf(gate.halting);
                gate.halting.clear();
            }
        }
        halted.forEach(waiting -> waiting.complete(Done.getInstance()));
    }

    void landed(String campaignId, String messageId) {
        Gate gate = gate(campaignId);
        synchronized (gate) {
            gate.inFlight.remove(messageId);
        }
    }

    void open(String campaignId) {
        Gate gate = gate(campaignId);
        synchronized (gate) {
            gate.known = true;
            gate.open = true;
        }
        listeners.forEach(Runnable::run);
    }

    /** Completes when no attempt can start any more, with the messages whose attempts are under way. */
    CompletionStage<List<String>> halt(String campaignId) {
        Gate gate = gate(campaignId);
        CompletableFuture<Done> halted = new CompletableFuture<>();
        synchronized (gate) {
            gate.known = true;
            gate.open = false;
            if (gate.starting == 0) {
                halted.complete(Done.getInstance());
            } else {
                gate.halting.add(halted);
            }
        }
        return halted.thenApply(done -> {
            synchronized (gate) {
                return List.copyOf(gate.inFlight);
            }
        });
    }

    /** An ended campaign's gate is not needed again; should one of its messages be, it is asked about anew. */
    void forget(String campaignId) {
        gates.computeIfPresent(campaignId, (id, gate) -> {
            synchronized (gate) {
                gate.known = false;
                return gate.starting == 0 && gate.inFlight.isEmpty() ? null : gate;
            }
        });
    }
}
