package io.herald.campaign;

import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.view.Recipient;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.Providers;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.message.MessageEntity.Obstacle;
import io.herald.message.domain.Envelope;
import io.herald.template.Renderer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a recipient's message: its envelope, and why it is not to be sent if it is not. */
final class Feeder {
    private final Campaign campaign;
    private final Renderer renderer;
    private final ProviderAccounts accounts;
    private final List<Envelope.Step> route;
    private final Instant expiresAt;

    /** What is fed. */
    record Fed(int n, Envelope envelope, @Nullable Obstacle obstacle) {}

    Feeder(Campaign campaign, Renderer renderer, ProviderAccounts accounts, Instant expiresAt) {
        this.campaign = campaign;
        this.renderer = renderer;
        this.accounts = accounts;
        this.expiresAt = expiresAt;
        this.route = campaign.definition().plan().stream()
                .map(step -> new Envelope.Step(step.channel(), step.account(), step.ttlSeconds()))
                .toList();
    }

    Fed message(Recipient recipient) {
        try {
            Map<Channel, Content> contents = renderer.render(recipient.variables());
            return new Fed(recipient.n(), envelope(recipient, contents), obstacle(recipient, contents));
        } catch (Renderer.WrongVariables e) {
            return new Fed(
                    recipient.n(),
                    envelope(recipient, Map.of()),
                    new Obstacle.Unrenderable("missing_variable", "no value for " + String.join(", ", e.missing())));
        }
    }

    private @Nullable Obstacle obstacle(Recipient recipient, Map<Channel, Content> contents) {
        if (recipient.optedOut()) {
            return new Obstacle.Suppressed("opted_out");
        }
        for (Envelope.Step step : route) {
            Content content = contents.get(step.channel());
            Optional<String> objection = content == null
                    ? Optional.empty()
                    : accounts.find(step.account())
                            .flatMap(account -> Providers.of(account).objection(step.channel(), content));
            if (objection.isPresent()) {
                return new Obstacle.Unrenderable("content", objection.get());
            }
        }
        return null;
    }

    private Envelope envelope(Recipient recipient, Map<Channel, Content> contents) {
        Definition definition = campaign.definition();
        return new Envelope(
                campaign.tenantId(),
                campaign.id() + "-" + recipient.n(),
                campaign.id(),
                recipient.n(),
                definition.category(),
                null,
                route,
                definition.unknownPolicy(),
                expiresAt,
                definition.metadata(),
                new Envelope.Person(recipient.address(), contents));
    }
}
