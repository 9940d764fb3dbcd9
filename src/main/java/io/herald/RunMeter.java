package io.herald;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.EmbeddedDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a run took: time, CPU of this process and of PostgreSQL, memory allocated, and how it went on from second to second. */
final class RunMeter {
    private final @Nullable EmbeddedDatabase server;
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final Heap heap = new Heap();
    private Samples samples = new Samples();
    private Taken begun = new Taken(0, 0, Duration.ZERO, 0);
    private Taken ended = begun;

    /** The counters at one moment. */
    private record Taken(long nanos, long cpu, Duration serverCpu, long allocated) {}

    /** @param server whose CPU is measured too; none where PostgreSQL is no child of this process */
    RunMeter(@Nullable EmbeddedDatabase server) {
        this.server = server;
    }

    void begin() {
        samples = new Samples();
        begun = take();
        add(0, 0);
    }

    /**
     * Notes how far the run is, where it is time for a sample. To be called often; it costs a look at the clock.
     *
     * @param messages done by now
     */
    void sample(long messages) {
        double seconds = secondsAt(System.nanoTime());
        if (samples.isDue(seconds)) {
            add(seconds, messages);
        }
    }

    /** @param messages done in all */
    void end(long messages) {
        ended = take();
        add(secondsAt(ended.nanos()), messages);
    }

    private Taken take() {
        return new Taken(
                System.nanoTime(),
                process.getProcessCpuTime(),
                server == null ? Duration.ZERO : server.cpu(),
                threads.getTotalThreadAllocatedBytes());
    }

    private double secondsAt(long nanos) {
        return (nanos - begun.nanos()) / 1e9;
    }

    private void add(double seconds, long messages) {
        samples.add(new Samples.Sample(rounded(seconds), messages, heap.usedAfterCollection() >> 20));
    }

    /** @param of the messages by which the run's time and cost are divided */
    void put(ObjectNode result, long of) {
        long messages = Math.max(1, of);
        double seconds = secondsAt(ended.nanos());
        result.put("seconds", rounded(seconds));
        result.put("messages_per_second", Math.round(of / seconds));
        result.put("first_tenth_per_second", Math.round(samples.firstTenthPerSecond()));
        result.put("last_tenth_per_second", Math.round(samples.lastTenthPerSecond()));
        ObjectNode cpu = result.putObject("cpu_us_per_message");
        cpu.put("jvm", rounded((ended.cpu() - begun.cpu()) / 1e3 / messages));
        if (server != null) {
            cpu.put(
                    "postgresql",
                    rounded(ended.serverCpu().minus(begun.serverCpu()).toNanos() / 1e3 / messages));
        }
        result.put("allocated_kb_per_message", rounded((ended.allocated() - begun.allocated()) / 1e3 / messages));
        result.put("heap_used_mb", samples.all().getLast().heapUsedMb());
        result.set("samples", Json.mapper().valueToTree(samples.all()));
    }

    static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
