package io.herald;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.herald.platform.sql.EmbeddedDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What a run took: time, CPU of both processes, memory allocated, and how its commits were. */
final class BenchMeter {
    private static final double[] QUANTILES = {50, 90, 99, 100};

    private final EmbeddedDatabase server;
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final Recorder rows = new Recorder(3);
    private final Recorder nanos = new Recorder(3);
    private long begun;
    private long jvmCpu;
    private Duration serverCpu = Duration.ZERO;
    private long allocated;

    BenchMeter(EmbeddedDatabase server) {
        this.server = server;
    }

    /** Told by the journal's writer. */
    void committed(int journalRows, Duration took) {
        rows.recordValue(journalRows);
        nanos.recordValue(took.toNanos());
    }

    void begin() {
        rows.reset();
        nanos.reset();
        allocated = threads.getTotalThreadAllocatedBytes();
        serverCpu = server.cpu();
        jvmCpu = process.getProcessCpuTime();
        begun = System.nanoTime();
    }

    void end(ObjectNode result, int messages) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        result.put("seconds", rounded(seconds));
        result.put("messages_per_second", Math.round(messages / seconds));
        ObjectNode cpu = result.putObject("cpu_us_per_message");
        cpu.put("jvm", rounded((process.getProcessCpuTime() - jvmCpu) / 1e3 / messages));
        cpu.put("postgresql", rounded(server.cpu().minus(serverCpu).toNanos() / 1e3 / messages));
        result.put(
                "allocated_kb_per_message",
                rounded((threads.getTotalThreadAllocatedBytes() - allocated) / 1e3 / messages));
        Histogram groups = rows.getIntervalHistogram();
        if (groups.getTotalCount() > 0) {
            result.put("commits", groups.getTotalCount());
            quantiles(result.putObject("rows_per_commit"), groups, 1);
            quantiles(result.putObject("commit_ms"), nanos.getIntervalHistogram(), 1e6);
        }
    }

    private static void quantiles(ObjectNode into, Histogram histogram, double unit) {
        for (double quantile : QUANTILES) {
            into.put(
                    quantile == 100 ? "max" : "p" + (int) quantile,
                    rounded(histogram.getValueAtPercentile(quantile) / unit));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
