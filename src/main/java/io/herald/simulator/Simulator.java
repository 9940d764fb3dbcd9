package io.herald.simulator;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Twilio's and Gupshup's sending APIs on one port, with faults at will and an audit log that is written before an answer
 * goes out. Its own API stands under {@code /_audit}, {@code /_faults}, {@code /_callbacks}, {@code /_inbound} and
 * {@code /_health}; requests to it are not audited.
 */
public final class Simulator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);
    /** How long a callback waits for its answer: Twilio's limit. */
    private static final Duration ANSWER_TIME = Duration.ofSeconds(15);

    private static final long BODY_MILLIS = 30_000;
    private static final long LARGEST_BODY = 1 << 20;

    private final AtomicReference<Faults> faults;
    private final Map<String, String> callbackUrls = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final TwilioIndex index = new TwilioIndex(TwilioIndex.KEPT);
    private final TwilioSim twilio = new TwilioSim(index);
    private final GupshupRcs rcs = new GupshupRcs(callbackUrls);
    private final GupshupSms sms = new GupshupSms(callbackUrls);
    private final ActorSystem<?> system;
    private final Audit audit;
    private final Callbacks callbacks;
    private final Desk desk;
    private final Control control;
    private final Listener listener;
    private volatile boolean closed;

    private Simulator(ActorSystem<?> system, SimulatorSettings settings) {
        this.system = system;
        faults = new AtomicReference<>(settings.faults());
        audit = new Audit(settings.auditFile());
        Client client = new Client(system, ANSWER_TIME);
        callbacks = new Callbacks(system, client);
        desk = new Desk(system, audit, new Reporting(callbacks));
        control = new Control(system, this, audit, client);
        try {
            listener = Listener.bind(system, settings.host(), settings.port(), this::handle);
        } catch (IllegalStateException e) {
            audit.close();
            throw e;
        }
    }

    /**
     * Returns when bound.
     *
     * @throws IllegalStateException where the port is taken
     */
    public static Simulator start(ActorSystem<?> system, SimulatorSettings settings) {
        return new Simulator(system, settings);
    }

    public int port() {
        return listener.port();
    }

    public AuditSummary summary() {
        return audit.summary(callbacks.summary());
    }

    public Faults faults() {
        return faults.get();
    }

    /** In force for the next request. */
    public void faults(Faults next) {
        faults.set(next);
    }

    /**
     * Where that Gupshup account's callbacks go: the vendor's console setting. Until it is made none are sent.
     *
     * @throws IllegalArgumentException where the URL is not an absolute http or https one
     */
    public void gupshupCallback(String apiKeyOrUserid, String url) {
        if (apiKeyOrUserid.isEmpty()) {
            throw new IllegalArgumentException("account: missing");
        }
        if (!Urls.absolute(url)) {
            throw new IllegalArgumentException("url: \"" + url + "\" is no absolute http or https URL");
        }
        callbackUrls.put(apiKeyOrUserid, url);
    }

    /** No callback is waiting or under way. */
    public boolean quiet() {
        return callbacks.quiet();
    }

    /** Stops listening, ends the connections and drops the callbacks that wait. */
    @Override
    public void close() {
        closed = true;
        listener.close();
        callbacks.close();
        audit.close();
    }

    /** Forgets what was seen: the counts, the log and the messages. */
    void clear() {
        audit.clear();
        callbacks.clear();
        index.clear();
    }

    /** @param json an object of the keys to change */
    Faults changeFaults(String json) {
        if (!json.strip().startsWith("{")) {
            throw new IllegalArgumentException("faults: not a JSON object");
        }
        return faults.updateAndGet(current -> current.with(json));
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request, Connection connection) {
        CompletionStage<HttpResponse> answer = request.entity() instanceof HttpEntity.Strict strict
                ? dispatch(request, strict.getData().utf8String(), connection)
                : request.entity()
                        .toStrict(BODY_MILLIS, LARGEST_BODY, system)
                        .thenCompose(
                                entity -> dispatch(request, entity.getData().utf8String(), connection));
        return answer.exceptionally(e -> {
            if (closed) {
                return Replies.text(503, "the simulator is closed");
            }
            LOG.error("the simulator failed at {} {}", request.method().name(), request.getUri(), e);
            return Replies.text(500, "the simulator failed: " + e);
        });
    }

    private CompletionStage<HttpResponse> dispatch(HttpRequest request, String body, Connection connection) {
        try {
            String path = request.getUri().path();
            if (Control.serves(path)) {
                return control.handle(request, path, body);
            }
            Faults now = faults.get();
            Chance chance = new Chance(now.seed(), requests.getAndIncrement());
            return switch (request.method().name() + " " + path) {
                case "POST " + GupshupRcs.PATH ->
                    desk.take(rcs.send(request, body, now, chance), now, chance, connection);
                case "POST " + GupshupSms.PATH, "GET " + GupshupSms.PATH ->
                    desk.take(sms.send(request, body, now, chance), now, chance, connection);
                default -> twilio(request, path, body, now, chance, connection);
            };
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<HttpResponse> twilio(
            HttpRequest request, String path, String body, Faults now, Chance chance, Connection connection) {
        TwilioSim.Resource resource = TwilioSim.resource(path);
        if (resource == null) {
            return CompletableFuture.completedFuture(TwilioSim.notFound(path));
        }
        return TwilioSim.isSend(request, resource)
                ? desk.take(twilio.send(request, resource, body, now, chance), now, chance, connection)
                : desk.after(now, chance, twilio.lookUp(request, resource));
    }
}
