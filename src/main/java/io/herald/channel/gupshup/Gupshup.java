package io.herald.channel.gupshup;

import io.herald.channel.Adapter;
import io.herald.channel.CallbackUrls;
import io.herald.channel.Provider;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderHttp;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gupshup as a provider of RCS and SMS. It signs no callbacks: their URL carries a token. */
public final class Gupshup implements Provider {
    static final String NAME = "gupshup";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Channel> channels() {
        return Set.of(Channel.RCS, Channel.SMS);
    }

    @Override
    public List<String> credentials(Channel channel) {
        return channel == Channel.RCS ? List.of("api_key") : List.of("userid", "password");
    }

    @Override
    public boolean signsWebhooks() {
        return false;
    }

    @Override
    public Optional<String> objection(Channel channel, Content content) {
        boolean hasBody = content.body() != null && !content.body().isEmpty();
        if (channel == Channel.RCS) {
            return hasBody || content.card() != null
                    ? Optional.empty()
                    : Optional.of("an RCS message needs a body or a card");
        }
        String text = content.asText().body();
        return text == null || text.isEmpty() ? Optional.of("an SMS needs a body") : Optional.empty();
    }

    @Override
    public Adapter open(ProviderAccount account, ProviderHttp http, CallbackUrls callbacks) {
        return new GupshupAdapter(account, http);
    }
}
