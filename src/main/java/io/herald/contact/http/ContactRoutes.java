package io.herald.contact.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.StreamConverters;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.contact.Contacts;
import io.herald.contact.ImportFormat;
import io.herald.contact.Imports;
import io.herald.contact.OptOuts;
import io.herald.kernel.Channel;
import io.herald.kernel.Phone;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Cursor;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/contacts}, their imports, and {@code /api/v1/opt-outs}. */
public final class ContactRoutes implements Endpoint.Group {
    private static final int MOST_UPLOADS = 4;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final int ERRORS_SHOWN = 1000;

    private final ActorSystem<?> system;
    private final Contacts contacts;
    private final Imports imports;
    private final OptOuts optOuts;
    private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore uploads = new Semaphore(MOST_UPLOADS);

    public ContactRoutes(ActorSystem<?> system, Contacts contacts, Imports imports, OptOuts optOuts) {
        this.system = system;
        this.contacts = contacts;
        this.imports = imports;
        this.optOuts = optOuts;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ImportJson(
            String id,
            String status,
            long rows,
            long accepted,
            long merged,
            long rejected,
            @Nullable String failure,
            Instant createdAt,
            @Nullable Instant endedAt,
            @Nullable List<Imports.RowError> errors) {
        static ImportJson of(Imports.Import i, @Nullable List<Imports.RowError> errors) {
            return new ImportJson(
                    i.id(),
                    i.status(),
                    i.rows(),
                    i.accepted(),
                    i.merged(),
                    i.rejected(),
                    i.failure(),
                    i.createdAt(),
                    i.endedAt(),
                    errors);
        }
    }

    private record Started(String id, String status) {}

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/api/v1/contacts", Access.VIEWER, this::list),
                Endpoint.act("/api/v1/contacts/imports", Access.OPERATOR, this::upload)
                        .streaming(),
                Endpoint.get("/api/v1/contacts/imports", Access.VIEWER, this::listImports),
                Endpoint.get("/api/v1/contacts/imports/{id}", Access.VIEWER, this::getImport),
                Endpoint.get("/api/v1/contacts/imports/{id}/errors", Access.VIEWER, this::listErrors),
                Endpoint.get("/api/v1/opt-outs", Access.VIEWER, this::listOptOuts),
                Endpoint.create("/api/v1/opt-outs", Access.OPERATOR, this::optOut),
                Endpoint.delete("/api/v1/opt-outs/{channel}/{address}", Access.OPERATOR, this::liftOptOut));
    }

    private CompletionStage<Answer> list(Exchange x) {
        x.onlyQuery("limit", "cursor", "address");
        int limit = x.limit();
        long after = x.cursor(1).map(cursor -> cursor.number(0)).orElse(0L);
        return contacts.list(x.tenant(), x.query("address"), after, limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found,
                        found.size() < limit
                                ? null
                                : Cursor.of(Long.toString(found.getLast().id())))));
    }

    /** Answers when the upload was read to its end; the merge goes on and is seen in the import. */
    private CompletionStage<Answer> upload(Exchange x) {
        x.onlyQuery("default_region");
        String mediaType = x.request().entity().getContentType().mediaType().toString();
        ImportFormat format = ImportFormat.of(mediaType)
                .orElseThrow(() -> Problem.unsupportedMediaType("text/csv, application/json or application/x-ndjson"));
        String region = x.query("default_region").orElse(null);
        if (region != null && !Phone.isRegion(region)) {
            throw Problem.badRequest("default_region must be an ISO 3166 code such as DE");
        }
        if (!uploads.tryAcquire()) {
            throw Problem.unavailable(MOST_UPLOADS + " uploads are being read already");
        }
        String tenant = x.tenant();
        String id = x.newId();
        InputStream in = x.request()
                .entity()
                .withoutSizeLimit()
                .getDataBytes()
                .runWith(StreamConverters.asInputStream(SILENCE), system);
        return CompletableFuture.runAsync(
                        () -> {
                            try (in) {
                                imports.receive(tenant, id, format, region, in);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        threads)
                .whenComplete((done, failure) -> uploads.release())
                .thenApply(done -> Answer.accepted(new Started(id, "merging")));
    }

    private CompletionStage<Answer> listImports(Exchange x) {
        x.onlyQuery("limit", "cursor");
        int limit = x.limit();
        String before = x.cursor(1).map(cursor -> cursor.text(0)).orElse("");
        return imports.list(x.tenant(), before, limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found.stream().map(i -> ImportJson.of(i, null)).toList(),
                        found.size() < limit ? null : Cursor.of(found.getLast().id()))));
    }

    private CompletionStage<Imports.Import> find(Exchange x) {
        return imports.find(x.tenant(), x.path("id"))
                .thenApply(found -> found.orElseThrow(() -> Problem.notFound("there is no such import")));
    }

    private CompletionStage<Answer> getImport(Exchange x) {
        return find(x).thenCompose(found -> imports.errors(x.tenant(), found.id(), -1, ERRORS_SHOWN)
                .thenApply(errors -> Answer.ok(ImportJson.of(found, errors))));
    }

    private CompletionStage<Answer> listErrors(Exchange x) {
        x.onlyQuery("limit", "cursor");
        int limit = x.limit();
        long after = x.cursor(1).map(cursor -> cursor.number(0)).orElse(-1L);
        return find(x).thenCompose(found -> imports.errors(x.tenant(), found.id(), after, limit))
                .thenApply(errors -> Answer.ok(new Answer.Page<>(
                        errors,
                        errors.size() < limit
                                ? null
                                : Cursor.of(Long.toString(errors.getLast().line())))));
    }

    private CompletionStage<Answer> listOptOuts(Exchange x) {
        x.onlyQuery("limit", "cursor", "address");
        int limit = x.limit();
        Optional<Cursor> cursor = x.cursor(2);
        return optOuts.list(
                        x.tenant(),
                        x.query("address"),
                        cursor.map(c -> c.text(0)).orElse(""),
                        cursor.map(c -> c.text(1)).orElse(""),
                        limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found,
                        found.size() < limit
                                ? null
                                : Cursor.of(
                                        found.getLast().channel().wire(),
                                        found.getLast().address()))));
    }

    private CompletionStage<Answer> optOut(Exchange x) {
        Fields f = x.json();
        Channel channel = f.oneOfOrNull("channel", Channel::of, "sms, mms, rcs, whatsapp, telegram, email");
        if (!f.has("channel")) {
            f.missing("channel");
        }
        String address = f.text("address", 254);
        String known = channel == null || !channel.byPhone()
                ? address
                : Phone.parse(address).orElse(null);
        if (known == null) {
            f.impossible("address", "must be a phone number in international form");
        }
        f.check();
        if (channel == null || known == null) {
            throw new IllegalStateException("checked above");
        }
        return optOuts.record(new OptOuts.Subject(x.tenant(), channel, known), "api")
                .thenApply(Answer::created);
    }

    private CompletionStage<Answer> liftOptOut(Exchange x) {
        Channel channel;
        try {
            channel = Channel.of(x.path("channel"));
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("there is no such opt-out");
        }
        return optOuts.lift(new OptOuts.Subject(x.tenant(), channel, x.pathText("address")))
                .thenApply(lifted -> {
                    if (!lifted) {
                        throw Problem.notFound("there is no such opt-out");
                    }
                    return new Answer.Raw(HttpResponse.create().withStatus(204));
                });
    }
}
