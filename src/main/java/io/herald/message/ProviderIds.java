package io.herald.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.herald.message.view.MessageQueries;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Which message a provider's own id means. What this node's lanes were told lately is remembered, because reports mostly come
 * soon, and sometimes before the acceptance is journaled; the rest is looked up.
 */
public final class ProviderIds {
    private final MessageQueries queries;
    private final Cache<Key, Known> lately = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(100_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    private record Key(String account, String providerMessageId) {}

    /** @param attempt 0 where it is not known: the message finds it by the provider's id */
    public record Known(String tenantId, String messageId, int attempt) {}

    public ProviderIds(MessageQueries queries) {
        this.queries = queries;
    }

    public void remember(String account, String providerMessageId, Known known) {
        lately.put(new Key(account, providerMessageId), known);
    }

    public CompletionStage<Optional<Known>> find(String account, String providerMessageId) {
        Known known = lately.getIfPresent(new Key(account, providerMessageId));
        if (known != null) {
            return CompletableFuture.completedFuture(Optional.of(known));
        }
        return queries.byProviderId(account, providerMessageId)
                .thenApply(found -> found.map(ref -> new Known(ref.tenantId(), ref.messageId(), 0)));
    }
}
