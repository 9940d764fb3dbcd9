package io.herald.channel.twilio;

import io.herald.channel.Adapter;
import io.herald.channel.CallbackUrls;
import io.herald.channel.Provider;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderHttp;
import io.herald.channel.WebhookRequest;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Twilio as a provider of SMS. */
public final class Twilio implements Provider {
    static final String NAME = "twilio";
    private static final int LONGEST_BODY = 1600;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Channel> channels() {
        return Set.of(Channel.SMS);
    }

    @Override
    public List<String> credentials(Channel channel) {
        return List.of("account_sid", "auth_token");
    }

    @Override
    public boolean signsWebhooks() {
        return true;
    }

    @Override
    public Optional<String> objection(Channel channel, Content content) {
        String body = content.asText().body();
        if (body == null || body.isEmpty()) {
            return Optional.of("an SMS needs a body");
        }
        return body.length() > LONGEST_BODY
                ? Optional.of("Twilio takes " + LONGEST_BODY + " characters at the most")
                : Optional.empty();
    }

    @Override
    public Optional<String> accountKeyOf(WebhookRequest request) {
        try {
            return request.isForm()
                    ? Optional.ofNullable(request.form().get("AccountSid")).map(List::getFirst)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> accountKey(Map<String, String> credentials) {
        return Optional.ofNullable(credentials.get("account_sid"));
    }

    @Override
    public Adapter open(ProviderAccount account, ProviderHttp http, CallbackUrls callbacks) {
        return new TwilioAdapter(account, http, callbacks);
    }
}
