package io.herald.channel;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A vendor: what it can do, and how to make an {@link Adapter} for one account with it. Adapters are stateless. */
public interface Provider {

    /** Its name in accounts and webhook URLs: lower case, of letters, digits and hyphens. */
    String name();

    Set<Channel> channels();

    /** The names of the credentials that an account for this channel needs. */
    List<String> credentials(Channel channel);

    /** Whether its callbacks are signed. Where they are not, the callback URL carries a secret token. */
    boolean signsWebhooks();

    /** Why this content can't go out on this channel, in words for the one who sent it; nothing where it can. */
    Optional<String> objection(Channel channel, Content content);

    /**
     * Which of several accounts a callback is for, where its URL does not say.
     *
     * @return the value that {@link #accountKey} has for it, if the callback names one
     */
    default Optional<String> accountKeyOf(WebhookRequest request) {
        return Optional.empty();
    }

    /** What callbacks name an account by. */
    default Optional<String> accountKey(Map<String, String> credentials) {
        return Optional.empty();
    }

    Adapter open(ProviderAccount account, ProviderHttp http, CallbackUrls callbacks);
}
