package io.herald.channel;

import io.herald.kernel.Channel;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An account with a provider, as an administrator set it up.
 *
 * @param tenantId whose it is; absent: it serves every tenant
 * @param baseUrl scheme, host and port in place of the vendor's own
 * @param sender who messages come from unless they say otherwise
 * @param ratePerSecond messages a second that this account may be sent
 * @param maxConcurrent calls that may be open at once
 * @param webhookToken what the callback URL carries where the vendor signs nothing
 */
public record ProviderAccount(
        String id,
        @Nullable String tenantId,
        String name,
        String provider,
        Set<Channel> channels,
        @Nullable String baseUrl,
        @Nullable String sender,
        Map<String, String> credentials,
        double ratePerSecond,
        int maxConcurrent,
        @Nullable String webhookToken,
        Instant createdAt,
        Instant updatedAt) {

    public ProviderAccount {
        channels = Set.copyOf(channels);
        credentials = Map.copyOf(credentials);
    }

    /** A credential that the provider declared as required; its presence was checked when the account was made. */
    public String credential(String name) {
        String value = credentials.get(name);
        if (value == null) {
            throw new IllegalStateException("account " + id + " has no credential " + name);
        }
        return value;
    }

    public boolean serves(String tenant) {
        return tenantId == null || tenantId.equals(tenant);
    }

    /** Never shows credentials. */
    @Override
    public String toString() {
        return "ProviderAccount[" + id + ", " + provider + ", " + channels + "]";
    }
}
