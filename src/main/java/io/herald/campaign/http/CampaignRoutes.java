package io.herald.campaign.http;

import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.campaign.CampaignEntity;
import io.herald.campaign.Campaigns;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Status;
import io.herald.campaign.view.Books;
import io.herald.campaign.view.CampaignQueries;
import io.herald.campaign.view.CampaignRow;
import io.herald.channel.ProviderAccounts;
import io.herald.contact.Imports;
import io.herald.message.view.MessageQueries;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Cursor;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.DatabaseAway;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/campaigns}. */
public final class CampaignRoutes implements Endpoint.Group {
    private static final long BODY_WITH_RECIPIENTS = 64L << 20;
    private static final double FASTEST = 1_000_000;
    private static final Duration EVENT_EVERY = Duration.ofSeconds(1);

    private final Campaigns campaigns;
    private final CampaignQueries queries;
    private final CampaignMessages campaignMessages;
    private final MessageQueries messages;
    private final ProviderAccounts accounts;
    private final LaneInsight lanes;
    private final DefinitionReader definitions;

    public CampaignRoutes(
            Campaigns campaigns,
            CampaignQueries queries,
            CampaignMessages campaignMessages,
            MessageQueries messages,
            Templates templates,
            ProviderAccounts accounts,
            Imports imports,
            LaneInsight lanes) {
        this.campaigns = campaigns;
        this.queries = queries;
        this.campaignMessages = campaignMessages;
        this.messages = messages;
        this.accounts = accounts;
        this.lanes = lanes;
        this.definitions = new DefinitionReader(templates, accounts, imports);
    }

    /** What there is to say of a campaign's lanes and limits, to whoever asks why it is where it is. */
    @FunctionalInterface
    public interface LaneInsight {

        /** @param definition whose route it is */
        List<Reason> reasons(String tenantId, String campaignId, Definition definition);
    }

    /** One thing that a campaign waits for, or why some of its messages did not go. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reason(
            String code, String detail, @Nullable Long messages) {}

    private record WhyJson(String status, CampaignJson.LedgerJson ledger, List<Reason> reasons) {}

    @Override
    public List<Endpoint> endpoints() {
        String one = "/api/v1/campaigns/{id}";
        return List.of(
                Endpoint.create("/api/v1/campaigns", Access.OPERATOR, this::create)
                        .upTo(BODY_WITH_RECIPIENTS),
                Endpoint.get("/api/v1/campaigns", Access.VIEWER, this::list),
                Endpoint.get(one, Access.VIEWER, x -> find(x).thenApply(c -> Answer.ok(json(c)))),
                Endpoint.patch(one, Access.OPERATOR, this::edit).upTo(BODY_WITH_RECIPIENTS),
                Endpoint.delete(one, Access.OPERATOR, this::delete),
                Endpoint.act(one + "/schedule", Access.OPERATOR, this::schedule),
                Endpoint.act(one + "/start", Access.OPERATOR, x -> verb(x, campaigns::start)),
                Endpoint.act(one + "/pause", Access.OPERATOR, this::pause),
                Endpoint.act(one + "/resume", Access.OPERATOR, x -> verb(x, campaigns::resume)),
                Endpoint.act(one + "/cancel", Access.OPERATOR, x -> verb(x, campaigns::cancel)),
                Endpoint.act(one + "/retry-failed", Access.OPERATOR, x -> verb(x, campaigns::retryFailed)),
                Endpoint.put(one + "/rate", Access.OPERATOR, this::changeRate),
                Endpoint.get(one + "/stats", Access.VIEWER, x -> stats(x).thenApply(Answer::ok)),
                Endpoint.get(one + "/messages", Access.VIEWER, this::listMessages),
                Endpoint.get(one + "/why", Access.VIEWER, this::why),
                Endpoint.get(one + "/events", Access.VIEWER, this::events));
    }

    private CampaignJson json(CampaignRow c) {
        return CampaignJson.of(c, accounts);
    }

    private CompletionStage<CampaignRow> find(Exchange x) {
        return queries.find(x.tenant(), x.path("id"))
                .thenApply(found -> found.orElseThrow(() -> Problem.notFound("there is no such campaign")));
    }

    private CompletionStage<Answer> create(Exchange x) {
        String id = x.newId();
        return definitions.read(x.tenant(), x.json(), null).thenCompose(read -> {
            CompletionStage<?> stored = read.recipients() == null
                    ? CompletableFuture.completedFuture(akka.Done.getInstance())
                    : queries.storeRecipients(x.tenant(), id, read.recipients());
            return stored.thenCompose(done -> campaigns.create(x.tenant(), id, read.definition()))
                    .thenApply(
                            reply -> Answer.created(CampaignJson.of(done(reply).campaign(), accounts, null)));
        });
    }

    private static CampaignEntity.Done done(CampaignEntity.Reply reply) {
        return switch (reply) {
            case CampaignEntity.Done done -> done;
            case CampaignEntity.Refused refused -> throw Problem.of(refused.rejection());
            case CampaignEntity.NotJournaled notJournaled -> throw new DatabaseAway(null);
        };
    }

    private CompletionStage<Answer> edit(Exchange x) {
        return find(x).thenCompose(campaign -> {
            if (campaign.status() != Status.DRAFT) {
                throw Problem.conflict("only a draft can be changed");
            }
            return definitions
                    .read(x.tenant(), x.json(), campaign.definition())
                    .thenCompose(read -> {
                        CompletionStage<?> stored = read.recipients() == null
                                ? CompletableFuture.completedFuture(akka.Done.getInstance())
                                : queries.storeRecipients(x.tenant(), campaign.id(), read.recipients());
                        return stored.thenCompose(done -> campaigns.edit(x.tenant(), campaign.id(), read.definition()));
                    })
                    .thenApply(reply -> Answer.ok(CampaignJson.of(done(reply).campaign(), accounts, null)));
        });
    }

    private CompletionStage<Answer> delete(Exchange x) {
        return find(x).thenCompose(campaign -> campaigns.delete(x.tenant(), campaign.id()))
                .thenApply(reply -> {
                    done(reply);
                    return Answer.noContent();
                });
    }

    private CompletionStage<Answer> schedule(Exchange x) {
        return find(x).thenCompose(campaign -> {
            Fields f = x.jsonOrNothing();
            Instant at = f.timeOrNull("scheduled_at");
            f.check();
            return answered(campaigns.schedule(x.tenant(), campaign.id(), at));
        });
    }

    /** What is asked of a campaign of a tenant, by both their ids. */
    @FunctionalInterface
    private interface Verb {
        CompletionStage<CampaignEntity.Reply> of(String tenantId, String campaignId);
    }

    /** A verb that needs no more words. */
    private CompletionStage<Answer> verb(Exchange x, Verb verb) {
        x.jsonOrNothing().check();
        return answered(verb.of(x.tenant(), x.path("id")));
    }

    private CompletionStage<Answer> answered(CompletionStage<CampaignEntity.Reply> asked) {
        return asked.thenApply(reply -> Answer.ok(CampaignJson.of(done(reply).campaign(), accounts, null)));
    }

    private CompletionStage<Answer> pause(Exchange x) {
        x.jsonOrNothing().check();
        return campaigns.pause(x.tenant(), x.path("id")).thenApply(reply -> {
            CampaignEntity.Done paused = done(reply);
            return Answer.ok(CampaignJson.of(paused.campaign(), accounts, paused.inFlight()));
        });
    }

    private CompletionStage<Answer> changeRate(Exchange x) {
        return find(x).thenCompose(campaign -> {
            Fields f = x.json();
            if (!f.mentions("rate_per_second")) {
                f.missing("rate_per_second");
            }
            Double rate = f.rateOrNull("rate_per_second", FASTEST);
            f.check();
            return answered(campaigns.changeRate(x.tenant(), campaign.id(), rate));
        });
    }

    private CompletionStage<Answer> list(Exchange x) {
        x.onlyQuery("limit", "cursor", "status");
        int limit = x.limit();
        Optional<Status> status = x.query("status", Status::of);
        return queries.list(x.tenant(), status, x.cursor(1).map(c -> c.text(0)), limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found.stream().map(this::json).toList(),
                        found.size() < limit ? null : Cursor.of(found.getLast().id()))));
    }

    private CompletionStage<CampaignJson.StatsJson> stats(Exchange x) {
        return find(x).thenCompose(campaign -> stats(x.tenant(), campaign.id()));
    }

    private CompletionStage<CampaignJson.StatsJson> stats(String tenant, String id) {
        return queries.books(tenant, id).thenCompose(found -> {
            Books books = found.orElseThrow(() -> Problem.notFound("there is no such campaign"));
            return rate(tenant, id, books.status()).thenApply(rate -> CampaignJson.StatsJson.of(books, rate));
        });
    }

    private CompletionStage<Double> rate(String tenant, String id, Status status) {
        if (status != Status.RUNNING) {
            return CompletableFuture.completedFuture(0.0);
        }
        return campaigns
                .look(tenant, id)
                .thenApply(reply -> reply instanceof CampaignEntity.Done done ? done.ratePerSecond() : 0.0)
                .exceptionally(e -> 0.0);
    }

    private CompletionStage<Answer> listMessages(Exchange x) {
        x.onlyQuery("limit", "cursor", "status");
        int limit = x.limit();
        long after = x.cursor(1).map(c -> c.number(0)).orElse(0L);
        String status = x.query("status", io.herald.message.domain.Status::of)
                .map(io.herald.message.domain.Status::wire)
                .orElse(null);
        return find(x).thenCompose(campaign -> campaignMessages.list(campaign, status, after, limit))
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found.stream().map(CampaignMessages.Numbered::message).toList(),
                        found.size() < limit
                                ? null
                                : Cursor.of(Integer.toString(found.getLast().n())))));
    }

    private CompletionStage<Answer> why(Exchange x) {
        return find(x).thenCompose(campaign -> queries.books(x.tenant(), campaign.id())
                .thenCombine(messages.failures(x.tenant(), campaign.id()), (books, failures) -> {
                    Books known = books.orElseThrow(() -> Problem.notFound("there is no such campaign"));
                    List<Reason> reasons = new ArrayList<>(state(campaign, known));
                    if (campaign.status() == Status.RUNNING || campaign.status() == Status.PAUSED) {
                        reasons.addAll(lanes.reasons(x.tenant(), campaign.id(), campaign.definition()));
                    }
                    failures.forEach(f -> reasons.add(
                            new Reason("messages_" + f.status(), f.errorClass() + " " + f.errorCode(), f.messages())));
                    return Answer.ok(
                            new WhyJson(campaign.status().wire(), CampaignJson.LedgerJson.of(known.ledger()), reasons));
                }));
    }

    private static List<Reason> state(CampaignRow campaign, Books books) {
        List<Reason> reasons = new ArrayList<>();
        switch (campaign.status()) {
            case DRAFT -> reasons.add(new Reason("draft", "it was not started", null));
            case SCHEDULED -> reasons.add(new Reason("scheduled", "it starts at " + campaign.dueAt(), null));
            case PAUSED ->
                reasons.add(
                        new Reason("paused", "someone paused it", books.ledger().waiting()));
            case RUNNING -> {
                if (campaign.targeted() == null) {
                    reasons.add(new Reason("audience", "its recipients are being numbered", null));
                } else if (campaign.through() < campaign.targeted()) {
                    reasons.add(new Reason(
                            "feeding", "its recipients are being fed", campaign.targeted() - campaign.through()));
                }
                long open = books.unsettled()
                        - books.ledger().waiting()
                        - books.ledger().inFlight();
                if (open > 0) {
                    reasons.add(new Reason(
                            "reports",
                            "reports are awaited, or outcomes looked up, on which a fallback may follow",
                            books.unsettled()));
                }
            }
            case FAILED -> reasons.add(new Reason("failed", String.valueOf(campaign.failure()), null));
            case COMPLETED, CANCELLED -> {}
        }
        if (campaign.cancelling()) {
            reasons.add(new Reason("cancelling", "it ends when nothing is in flight", null));
        }
        if (campaign.messagesRemovedAt() != null) {
            reasons.add(new Reason(
                    "messages_removed", "its messages were removed at " + campaign.messagesRemovedAt(), null));
        }
        return reasons;
    }

    /** Its stats once a second, until it has ended. */
    private CompletionStage<Answer> events(Exchange x) {
        String tenant = x.tenant();
        return find(x).thenApply(campaign -> {
            Source<ByteString, ?> events = Source.tick(Duration.ZERO, EVENT_EVERY, campaign.id())
                    .mapAsync(1, id -> stats(tenant, id))
                    .takeWhile(stats -> !Status.of(stats.status()).isEnd(), true)
                    .map(stats -> ByteString.fromString("event: stats\ndata: " + Json.text(stats) + "\n\n"));
            return new Answer.Raw(HttpResponse.create()
                    .withEntity(HttpEntities.create(MediaTypes.TEXT_EVENT_STREAM.toContentType(), events)));
        });
    }
}
