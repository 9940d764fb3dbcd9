package io.herald.channel;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An open adapter for each account, made anew when the account was changed. */
public final class Adapters {
    private final ProviderConnections connections;
    private final ProviderAccounts accounts;
    private final CallbackUrls callbacks;
    private final Duration timeout;
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(Instant asOf, Adapter adapter) {}

    /** @param timeout how long a provider's answer is waited for */
    public Adapters(
            ProviderConnections connections, ProviderAccounts accounts, CallbackUrls callbacks, Duration timeout) {
        this.connections = connections;
        this.accounts = accounts;
        this.callbacks = callbacks;
        this.timeout = timeout;
    }

    public Optional<Adapter> of(String accountId) {
        return accounts.find(accountId).map(this::of);
    }

    public Adapter of(ProviderAccount account) {
        return open.compute(
                        account.id(),
                        (id, now) -> now != null && now.asOf().equals(account.updatedAt())
                                ? now
                                : new Open(account.updatedAt(), make(account)))
                .adapter();
    }

    private Adapter make(ProviderAccount account) {
        ProviderHttp http = new NettyProviderHttp(connections, timeout);
        return Providers.of(account).open(account, http, callbacks);
    }
}
