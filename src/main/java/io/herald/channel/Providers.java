package io.herald.channel;

import io.herald.channel.gupshup.Gupshup;
import io.herald.channel.twilio.Twilio;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The vendors that Herald knows: one line each. */
public final class Providers {
    private static final List<Provider> ALL = List.of(new Twilio(), new Gupshup());

    private static final Map<String, Provider> BY_NAME = new LinkedHashMap<>();

    static {
        ALL.forEach(provider -> BY_NAME.put(provider.name(), provider));
    }

    private Providers() {}

    public static Optional<Provider> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The provider of an account, which was checked when the account was made. */
    public static Provider of(ProviderAccount account) {
        return find(account.provider())
                .orElseThrow(() -> new IllegalStateException("no provider is called " + account.provider()));
    }

    public static Set<String> names() {
        return BY_NAME.keySet();
    }
}
