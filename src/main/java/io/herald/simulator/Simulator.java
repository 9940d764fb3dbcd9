package io.herald.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Twilio's and Gupshup's sending APIs on one port, with faults at will and an audit log that is written before an answer
 * goes out. Its own API stands under {@code /_audit}, {@code /_faults}, {@code /_callbacks}, {@code /_inbound} and
 * {@code /_health}; requests to it are not audited.
 */
public final class Simulator implements AutoCloseable {
    /** How long a callback waits for its answer: Twilio's limit. */
    private static final Duration ANSWER_TIME = Duration.ofSeconds(15);

    private final AtomicReference<Faults> faults;
    private final Map<String, String> callbackUrls = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final TwilioIndex index = new TwilioIndex(TwilioIndex.KEPT);
    private final TwilioSim twilio = new TwilioSim(index);
    private final GupshupRcs rcs = new GupshupRcs(callbackUrls);
    private final GupshupSms sms = new GupshupSms(callbackUrls);
    private final Loops loops = new Loops();
    private final Audit audit;
    private final Callbacks callbacks;
    private final Desk desk;
    private final Control control;
    private final Listener listener;
    private volatile boolean closed;

    private Simulator(SimulatorSettings settings) {
        faults = new AtomicReference<>(settings.faults());
        audit = new Audit(settings.auditFile());
        Client client = new Client(loops, ANSWER_TIME);
        callbacks = new Callbacks(loops, client);
        desk = new Desk(loops, audit, new Reporting(callbacks));
        control = new Control(this, audit, client);
        try {
            listener = Listener.bind(loops, settings.host(), settings.port(), this::handle);
        } catch (IllegalStateException e) {
            loops.close();
            audit.close();
            throw e;
        }
    }

    /**
     * Returns when bound.
     *
     * @throws IllegalStateException where the port is taken
     */
    public static Simulator start(SimulatorSettings settings) {
        return new Simulator(settings);
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
        loops.close();
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

    private CompletionStage<Reply> handle(Request request, Connection connection) {
        try {
            if (Control.serves(request.path())) {
                return control.handle(request);
            }
            Faults now = faults.get();
            Chance chance = new Chance(now.seed(), requests.getAndIncrement());
            return switch (request.method() + " " + request.path()) {
                case "POST " + GupshupRcs.PATH -> desk.take(rcs.send(request, now, chance), now, chance, connection);
                case "POST " + GupshupSms.PATH, "GET " + GupshupSms.PATH ->
                    desk.take(sms.send(request, now, chance), now, chance, connection);
                default -> twilio(request, now, chance, connection);
            };
        } catch (RuntimeException e) {
            if (closed) {
                return CompletableFuture.completedFuture(Reply.text(503, "the simulator is closed"));
            }
            throw e;
        }
    }

    private CompletionStage<Reply> twilio(Request request, Faults now, Chance chance, Connection connection) {
        TwilioSim.Resource resource = TwilioSim.resource(request.path());
        if (resource == null) {
            return CompletableFuture.completedFuture(TwilioSim.notFound(request.path()));
        }
        return TwilioSim.isSend(request, resource)
                ? desk.take(twilio.send(request, resource, now, chance), now, chance, connection)
                : desk.after(now, chance, twilio.lookUp(request, resource));
    }
}
