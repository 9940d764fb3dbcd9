package io.herald.loadtest;

import static java.util.Objects.requireNonNull;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Single messages at a constant rate, which Herald sends on to the simulator meanwhile. */
public final class MessagesSimulation extends Simulation {
    private static final String ACCOUNT = "orders";

    private final Load load = Load.fromProperties();
    private @Nullable Tenant tenant;

    public MessagesSimulation() {
        MessageRequests requests =
                new MessageRequests(ACCOUNT, () -> requireNonNull(tenant).key());
        setUp(load.warmUp("messages", 1, requests::chain), load.measured("messages", 1, requests::chain))
                .protocols(load.protocol())
                .assertions(Bounds.messages(MessageRequests.NAME, load.measuredUsers()))
                .maxDuration(load.length().plus(Duration.ofSeconds(30)));
    }

    @Override
    public void before() {
        Tenant made = Tenant.create(load);
        made.twilio(ACCOUNT);
        tenant = made;
    }
}
