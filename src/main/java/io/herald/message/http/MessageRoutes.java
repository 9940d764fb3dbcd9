package io.herald.message.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.kernel.Channel;
import io.herald.kernel.Rejection;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.domain.Status;
import io.herald.message.view.MessageQueries;
import io.herald.message.view.MessageRow;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Cursor;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import io.herald.platform.sql.DatabaseAway;
import io.herald.template.Template;
import io.herald.template.Templates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/messages}. A 202 means that the message is in the journal. */
public final class MessageRoutes implements Endpoint.Group {
    private static final int MOST_IN_BULK = 10_000;
    private static final long BULK_BODY = 32L << 20;
    private static final int AT_ONCE = 256;

    private final Messages messages;
    private final MessageQueries queries;
    private final Templates templates;
    private final ProviderAccounts accounts;
    private final Composer composer;
    private final UnfedMessages unfed;

    public MessageRoutes(
            Messages messages,
            MessageQueries queries,
            Templates templates,
            ProviderAccounts accounts,
            Composer composer,
            UnfedMessages unfed) {
        this.messages = messages;
        this.queries = queries;
        this.templates = templates;
        this.accounts = accounts;
        this.composer = composer;
        this.unfed = unfed;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record SubmittedJson(
            String id,
            String status,
            String channel,
            String to,
            @Nullable String from,
            @Nullable String provider,
            String category,
            Map<String, Object> metadata,
            @Nullable Instant scheduledAt) {}

    /** What became of one item of a bulk request. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ItemJson(
            int index,
            boolean accepted,
            @Nullable String id,
            @Nullable String status,
            @Nullable String channel,
            @Nullable String to,
            @Nullable List<Problem.Detail> errors) {}

    private record BulkJson(int accepted, int refused, List<ItemJson> items) {}

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.create("/api/v1/messages", Access.SENDER, this::submit),
                Endpoint.create("/api/v1/messages/send", Access.SENDER, this::submit),
                Endpoint.create("/api/v1/messages/bulk", Access.SENDER, this::bulk)
                        .upTo(BULK_BODY),
                Endpoint.get("/api/v1/messages", Access.VIEWER, this::list),
                Endpoint.get("/api/v1/messages/{id}", Access.VIEWER, this::get),
                Endpoint.get("/api/v1/messages/{id}/timeline", Access.VIEWER, this::timeline),
                Endpoint.delete("/api/v1/messages/{id}", Access.SENDER, this::cancel));
    }

    private CompletionStage<Answer> submit(Exchange x) {
        Fields f = x.json();
        String to = f.text("to", 254);
        Composer.Common common = composer.common(f);
        String templateId = f.textOrNull("template_id", 100);
        requireContent(f, common, templateId);
        return template(x.tenant(), templateId).thenCompose(template -> {
            missingTemplate(f, templateId, template);
            Optional<Composer.Composed> composed = composer.compose(
                    x.tenant(), x.newMessageId(0), common, f, to, common.variables(), template.orElse(null));
            f.check();
            Composer.Composed message = composed.orElseThrow();
            return messages.submit(message.envelope(), message.due())
                    .thenApply(reply -> Answer.accepted(submitted(message, reply)));
        });
    }

    private static void requireContent(Fields f, Composer.Common common, @Nullable String templateId) {
        if (templateId == null && !common.hasContent()) {
            f.missing("body");
        }
        if (templateId != null && common.hasContent()) {
            f.malformed("template_id", "can't stand beside a body or a card");
        }
        if (templateId == null && !common.variables().isEmpty()) {
            f.malformed("variables", "belong to a template_id");
        }
    }

    private static void missingTemplate(Fields f, @Nullable String templateId, Optional<Template> template) {
        if (templateId != null && template.isEmpty()) {
            f.impossible("template_id", "there is no such template");
            f.check();
        }
    }

    private CompletionStage<Optional<Template>> template(String tenant, @Nullable String id) {
        return id == null ? CompletableFuture.completedFuture(Optional.empty()) : templates.find(tenant, id, null);
    }

    private SubmittedJson submitted(Composer.Composed message, MessageEntity.Reply reply) {
        var envelope = message.envelope();
        var step = envelope.route().getFirst();
        ProviderAccount account = accounts.find(step.account()).orElse(null);
        String sender = account == null ? null : account.sender();
        return new SubmittedJson(
                envelope.messageId(),
                now(reply).status().wire(),
                step.channel().wire(),
                envelope.person().to(),
                envelope.from() == null ? sender : envelope.from(),
                account == null ? null : account.provider(),
                envelope.category().wire(),
                envelope.metadata(),
                message.due());
    }

    private static MessageEntity.Now now(MessageEntity.Reply reply) {
        return switch (reply) {
            case MessageEntity.Now now -> now;
            case MessageEntity.Refused refused -> throw Problem.of(refused.rejection());
            case MessageEntity.NotJournaled notJournaled -> throw new DatabaseAway(null);
            case MessageEntity.Started started -> throw new IllegalStateException("only a lane starts messages");
        };
    }

    /** Either messages of their own, or recipients of one. Each is accepted or refused by itself. */
    private CompletionStage<Answer> bulk(Exchange x) {
        Fields f = x.json();
        List<Fields> own = f.itemsOrNull("messages", MOST_IN_BULK);
        List<Fields> recipients = f.itemsOrNull("recipients", MOST_IN_BULK);
        if ((own == null) == (recipients == null)) {
            f.malformed("messages", "either messages or recipients must be given");
            f.check();
        }
        return own != null
                ? bulkOfMessages(x, f, own)
                : bulkOfRecipients(x, f, recipients == null ? List.of() : recipients);
    }

    private CompletionStage<Answer> bulkOfMessages(Exchange x, Fields f, List<Fields> items) {
        f.check();
        Map<String, CompletionStage<Optional<Template>>> found = new HashMap<>();
        return each(items, (item, n) -> {
            String to = item.text("to", 254);
            Composer.Common common = composer.common(item);
            String templateId = item.textOrNull("template_id", 100);
            requireContent(item, common, templateId);
            CompletionStage<Optional<Template>> template = templateId == null
                    ? template(x.tenant(), null)
                    : found.computeIfAbsent(templateId, id -> template(x.tenant(), id));
            return template.thenApply(t -> {
                missingTemplate(item, templateId, t);
                return composer.compose(
                        x.tenant(), x.newMessageId(n), common, item, to, common.variables(), t.orElse(null));
            });
        });
    }

    private CompletionStage<Answer> bulkOfRecipients(Exchange x, Fields f, List<Fields> items) {
        Composer.Common common = composer.common(f);
        String templateId = f.textOrNull("template_id", 100);
        if (templateId == null) {
            requireContent(f, common, null);
        }
        return template(x.tenant(), templateId).thenCompose(template -> {
            missingTemplate(f, templateId, template);
            if (common.route() != null) {
                composer.plan(x.tenant(), common.route());
            }
            f.check();
            return each(items, (item, n) -> {
                String to = item.text("to", 254);
                Map<String, String> variables = new HashMap<>(common.variables());
                variables.putAll(item.scalars("variables", 200, 4000));
                return CompletableFuture.completedFuture(composer.compose(
                        x.tenant(), x.newMessageId(n), common, item, to, variables, template.orElse(null)));
            });
        });
    }

    @FunctionalInterface
    private interface Compose {
        CompletionStage<Optional<Composer.Composed>> message(Fields item, int n);
    }

    /** Submits in order, a group at a time. Where the journal can't be reached for one, the whole request fails. */
    private CompletionStage<Answer> each(List<Fields> items, Compose compose) {
        return each(items, compose, 0, new ArrayList<>(items.size())).thenApply(results -> {
            int accepted = (int) results.stream().filter(ItemJson::accepted).count();
            return Answer.accepted(new BulkJson(accepted, results.size() - accepted, results));
        });
    }

    private CompletionStage<List<ItemJson>> each(
            List<Fields> items, Compose compose, int from, List<ItemJson> results) {
        if (from >= items.size()) {
            return CompletableFuture.completedFuture(results);
        }
        int to = Math.min(items.size(), from + AT_ONCE);
        List<CompletableFuture<ItemJson>> group = new ArrayList<>();
        for (int n = from; n < to; n++) {
            group.add(item(items.get(n), n, compose).toCompletableFuture());
        }
        return CompletableFuture.allOf(group.toArray(CompletableFuture[]::new)).thenCompose(done -> {
            group.forEach(one -> results.add(one.getNow(null)));
            return each(items, compose, to, results);
        });
    }

    private CompletionStage<ItemJson> item(Fields item, int n, Compose compose) {
        return compose.message(item, n)
                .thenCompose(composed -> {
                    item.check();
                    Composer.Composed message = composed.orElseThrow();
                    return messages.submit(message.envelope(), message.due())
                            .thenApply(reply -> new ItemJson(
                                    n,
                                    true,
                                    message.envelope().messageId(),
                                    now(reply).status().wire(),
                                    message.envelope()
                                            .route()
                                            .getFirst()
                                            .channel()
                                            .wire(),
                                    message.envelope().person().to(),
                                    null));
                })
                .exceptionally(e -> {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    if (cause instanceof Problem problem) {
                        return new ItemJson(
                                n,
                                false,
                                null,
                                null,
                                null,
                                null,
                                problem.body(null).errors());
                    }
                    throw new java.util.concurrent.CompletionException(cause);
                });
    }

    private CompletionStage<Answer> list(Exchange x) {
        x.onlyQuery("limit", "cursor", "status", "channel", "campaign_id", "to");
        int limit = x.limit();
        MessageQueries.Filter filter = new MessageQueries.Filter(
                x.query("status", Status::of), x.query("channel", Channel::of), x.query("campaign_id"), x.query("to"));
        Optional<Cursor> cursor = x.cursor(2);
        return queries.list(
                        x.tenant(),
                        filter,
                        cursor.map(c -> c.time(0)).orElse(null),
                        cursor.map(c -> c.text(1)).orElse(null),
                        limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found.stream().map(m -> MessageJson.of(m, accounts)).toList(),
                        found.size() < limit ? null : cursor(found.getLast()))));
    }

    private static String cursor(MessageRow last) {
        return Cursor.of(last.createdAt().toString(), last.id());
    }

    private CompletionStage<MessageJson> find(Exchange x) {
        return queries.find(x.tenant(), x.path("id"))
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found.map(m -> MessageJson.of(m, accounts)))
                        : unfed.find(x.tenant(), x.path("id")))
                .thenApply(found -> found.orElseThrow(() -> Problem.notFound("there is no such message")));
    }

    private CompletionStage<Answer> get(Exchange x) {
        return find(x).thenApply(Answer::ok);
    }

    private CompletionStage<Answer> timeline(Exchange x) {
        return find(x).thenCompose(found -> queries.events(x.tenant(), x.path("id")))
                .thenApply(events -> {
                    List<ObjectNode> items = Timeline.of(events);
                    return Answer.ok(new Answer.Page<>(items, null));
                });
    }

    private CompletionStage<Answer> cancel(Exchange x) {
        return find(x).thenCompose(found -> messages.withdraw(x.tenant(), x.path("id"), "api"))
                .thenCompose(reply -> {
                    if (reply instanceof MessageEntity.Refused refused) {
                        throw refused.rejection().code() == Rejection.Code.NOT_FOUND
                                ? Problem.conflict("its campaign has not fed it yet: cancel the campaign")
                                : Problem.of(refused.rejection());
                    }
                    return find(x);
                })
                .thenApply(Answer::ok);
    }
}
