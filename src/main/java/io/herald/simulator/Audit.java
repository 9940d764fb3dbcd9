package io.herald.simulator;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log of every send request: one JSON line each in order of arrival, in the operating system's hands before
 * {@link #record} returns (not synced), and the counts over it. A request's time is taken under the lock that orders the
 * lines, so the file, the peaks and the throttle agree on who came first. The counts begin with this process; lines that an
 * earlier one left in the file stay there.
 */
final class Audit implements AutoCloseable {
    private final Path file;
    private final boolean temporary;
    private final FileOutputStream out;
    private final Map<String, Tally> tallies = new HashMap<>();
    private final StringBuilder line = new StringBuilder(256);
    private final long startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    private final long startNanos = System.nanoTime();
    private long length;

    Audit(@Nullable Path file) {
        try {
            this.temporary = file == null;
            this.file = file == null ? Files.createTempFile("herald-simulator-", ".ndjson") : file;
            this.out = new FileOutputStream(this.file.toFile(), true);
            this.length = Files.size(this.file);
            if (temporary) {
                this.file.toFile().deleteOnExit(); // a process that is told to stop may not come to close()
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the audit log " + file, e);
        }
    }

    /**
     * Counts and writes a request. The outcome becomes {@link Outcome#THROTTLED} where the account is over its limit; a
     * request without good credentials neither uses up a limit nor meets it.
     *
     * @param status of the answer that goes with the outcome, 0 where none goes out
     */
    synchronized Outcome record(Attempt attempt, Outcome outcome, int status, int perSecond) {
        long at = startMicros + (System.nanoTime() - startNanos) / 1_000;
        Tally tally = tallies.computeIfAbsent(attempt.account(), account -> new Tally());
        tally.arrived(at);
        Outcome actual = outcome == Outcome.UNAUTHORIZED || tally.admits(at, perSecond) ? outcome : Outcome.THROTTLED;
        tally.count(actual);
        String id = null;
        if (actual.accepted() && attempt.verdict() instanceof Attempt.Verdict.Willing willing) {
            id = willing.message().id();
            tally.accepted(attempt.key(), willing.message().fate());
        }
        write(attempt, at, actual, actual == outcome ? status : 429, id);
        return actual;
    }

    synchronized AuditSummary summary(AuditSummary.Callbacks callbacks) {
        Map<String, Integer> peaks = new HashMap<>();
        Map<String, AuditSummary.Account> accounts = new HashMap<>();
        long requests = 0;
        long accepted = 0;
        long distinct = 0;
        for (Map.Entry<String, Tally> entry : tallies.entrySet()) {
            AuditSummary.Account account = entry.getValue().summary();
            peaks.put(entry.getKey(), entry.getValue().peak());
            accounts.put(entry.getKey(), account);
            requests += account.requests();
            accepted += account.accepted();
            distinct += account.distinct();
        }
        return new AuditSummary(requests, accepted, distinct, accepted - distinct, peaks, accounts, callbacks);
    }

    /** What is in the file from an offset on. */
    synchronized Reply.Body from(long offset) {
        return offset < length ? new Reply.Body.Slice(file, offset, length) : new Reply.Body.Bytes(new byte[0]);
    }

    synchronized void clear() {
        tallies.clear();
        try {
            out.getChannel().truncate(0);
            length = 0;
        } catch (IOException e) {
            throw new UncheckedIOException("can't clear the audit log " + file, e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
            if (temporary) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't close the audit log " + file, e);
        }
    }

    private void write(Attempt attempt, long at, Outcome outcome, int status, @Nullable String id) {
        line.setLength(0);
        line.append("{\"at\":").append(at / 1_000).append('.');
        long micros = at % 1_000;
        line.append(micros < 100 ? "0" : "").append(micros < 10 ? "0" : "").append(micros);
        text("provider", attempt.api().provider);
        text("channel", attempt.api().channel);
        text("account", attempt.account());
        text("to", attempt.to());
        text("key", attempt.key());
        text("outcome", outcome.logged);
        line.append(",\"status\":").append(status);
        text("id", id);
        line.append("}\n");
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        try {
            out.write(bytes);
            length += bytes.length;
        } catch (IOException e) {
            throw new UncheckedIOException("can't write the audit log " + file, e);
        }
    }

    private void text(String name, @Nullable String value) {
        line.append(",\"").append(name).append("\":");
        if (value == null) {
            line.append("null");
        } else {
            line.append('"');
            JsonStringEncoder.getInstance().quoteAsString(value, line);
            line.append('"');
        }
    }
}
