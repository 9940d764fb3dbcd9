package io.herald.campaign;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.japi.Pair;
import akka.pattern.Patterns;
import akka.stream.KillSwitches;
import akka.stream.UniqueKillSwitch;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.herald.campaign.domain.Campaign;
import io.herald.campaign.view.CampaignQueries;
import io.herald.campaign.view.Recipient;
import io.herald.channel.ProviderAccounts;
import io.herald.kernel.Channel;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.template.Renderer;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * Feeds a campaign's recipients to their messages, in order, from where it is told to begin. A recipient counts as fed when its
 * message is in the journal; at most a window of them is on the way there. The checkpoint is the last recipient before which all
 * are fed; what was fed beyond it before a stop is fed again, which the messages recognise.
 */
final class Runner {
    /** A run under way. {@code done} fails where it broke and may be begun again, or completes at its end. */
    record Running(UniqueKillSwitch kill, AtomicBoolean stopped, CompletionStage<Done> done) {

        /** Feeds nothing more; what is on its way to the journal may still arrive there. */
        void stop() {
            stopped.set(true);
            kill.shutdown();
        }
    }

    /** Before a message is fed again that left memory or could not be journaled. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ActorSystem<?> system;
    private final CampaignQueries queries;
    private final Messages messages;
    private final Templates templates;
    private final ProviderAccounts accounts;
    private final CampaignSettings settings;

    Runner(
            ActorSystem<?> system,
            CampaignQueries queries,
            Messages messages,
            Templates templates,
            ProviderAccounts accounts,
            CampaignSettings settings) {
        this.system = system;
        this.queries = queries;
        this.messages = messages;
        this.templates = templates;
        this.accounts = accounts;
        this.settings = settings;
    }

    /** @param checkpoint told the number through which all are fed, now and then */
    Running run(Campaign campaign, Instant now, LongConsumer checkpoint) {
        List<Channel> channels = campaign.definition().plan().stream()
                .map(step -> step.channel())
                .distinct()
                .toList();
        AtomicBoolean stopped = new AtomicBoolean();
        Pair<UniqueKillSwitch, CompletionStage<Done>> running = Source.lazyCompletionStage(
                        () -> feeder(campaign, channels, now))
                .flatMapConcat(
                        feeder -> recipients(campaign, channels.getFirst()).map(feeder::message))
                .mapAsync(settings.window(), fed -> feed(fed, stopped))
                .viaMat(KillSwitches.single(), Keep.right())
                .groupedWithin(100_000, settings.checkpointEvery())
                .toMat(Sink.foreach(fed -> checkpoint.accept(fed.getLast())), Keep.both())
                .run(system);
        return new Running(running.first(), stopped, running.second());
    }

    private CompletionStage<Feeder> feeder(Campaign campaign, List<Channel> channels, Instant now) {
        return templates
                .find(
                        campaign.tenantId(),
                        campaign.definition().templateId(),
                        campaign.definition().templateVersion())
                .thenApply(found -> {
                    var template = found.orElseThrow(() -> new IllegalStateException("the template is gone"));
                    Instant expiresAt = now.plus(settings.lifetime());
                    return new Feeder(campaign, new Renderer(template, channels), accounts, expiresAt);
                });
    }

    private Source<Recipient, ?> recipients(Campaign campaign, Channel channel) {
        return Source.unfoldAsync(
                        campaign.through(),
                        after -> queries.recipients(campaign.tenantId(), campaign.id(), channel, after, settings.page())
                                .thenApply(page -> page.isEmpty()
                                        ? Optional.<Pair<Long, List<Recipient>>>empty()
                                        : Optional.of(Pair.create(
                                                (long) page.getLast().n(), page))))
                .mapConcat(page -> page);
    }

    /** Again and again until it is journaled, or the run is stopped. */
    private CompletionStage<Integer> feed(Feeder.Fed fed, AtomicBoolean stopped) {
        return messages.feed(fed.envelope(), fed.obstacle(), settings.feedAgain())
                .<CompletionStage<Integer>>handle((reply, failure) -> {
                    if (reply instanceof MessageEntity.Now) {
                        return CompletableFuture.completedFuture(fed.n());
                    }
                    if (stopped.get()) {
                        return CompletableFuture.failedFuture(new IllegalStateException("stopped before it was fed"));
                    }
                    return Patterns.after(PAUSE, system, () -> feed(fed, stopped));
                })
                .thenCompose(stage -> stage);
    }
}
