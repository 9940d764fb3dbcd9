package io.herald.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.platform.serialization.Json;
import io.herald.support.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The simulator in a process of its own: the judge of what Herald sent, and when. */
final class SimulatorProcess implements AutoCloseable {
    /** The account of {@link #mark}s, that no Herald uses. */
    private static final String MARKER = "ACmarker";

    private final int port = Ports.free();
    private final Process process;
    private final Client client;

    /**
     * A request that the simulator wrote down.
     *
     * @param at seconds since 1970
     * @param to the recipient
     * @param key of idempotency; Herald's begin with the message's id
     */
    record Sent(double at, String account, String to, String key, String outcome) {
        boolean accepted() {
            return outcome.equals("accepted") || outcome.endsWith("after_accept");
        }

        String messageId() {
            return key.substring(0, key.indexOf('/'));
        }
    }

    SimulatorProcess(Processes processes, String faults) {
        Path log = processes.log("simulator");
        try {
            this.process = Processes.herald(
                            Map.of(),
                            "simulator",
                            "--port",
                            Integer.toString(port),
                            "--faults",
                            faults,
                            "--audit",
                            processes.file("audit.ndjson").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.client = new Client(base(), null);
    }

    String base() {
        return "http://127.0.0.1:" + port;
    }

    void awaitReady() {
        Until.holds("the simulator is ready", Duration.ofSeconds(30), () -> client.answers("/_health"));
    }

    JsonNode summary() {
        return client.get("/_audit/summary").ok();
    }

    /** Messages taken so far. */
    long accepted() {
        return summary().path("accepted").asLong();
    }

    long requests() {
        return summary().path("requests").asLong();
    }

    /** Every request in the order of arrival, {@link #mark}s included. */
    List<Sent> sent() {
        String lines = client.text("/_audit/requests");
        return lines.lines().map(SimulatorProcess::sent).toList();
    }

    private static Sent sent(String line) {
        JsonNode json = Json.read(line.getBytes(StandardCharsets.UTF_8), JsonNode.class);
        return new Sent(
                json.path("at").asDouble() / 1000,
                json.path("account").asText(),
                json.path("to").asText(),
                json.path("key").asText(),
                json.path("outcome").asText());
    }

    /**
     * Writes a line of the caller's own into the audit, so that what came before and after it can be told apart without comparing
     * clocks. Returns when the line stands.
     */
    void mark(String key) {
        client.form("/2010-04-01/Accounts/" + MARKER + "/Messages.json", Map.of("Idempotency-Key", key), "To=");
    }

    static boolean isMark(Sent sent) {
        return sent.account().equals(MARKER);
    }

    @Override
    public void close() {
        Processes.end(process, Duration.ofSeconds(5));
    }
}
