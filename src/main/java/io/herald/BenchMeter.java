package io.herald;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.platform.sql.EmbeddedDatabase;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What a run took, and how its commits were. */
final class BenchMeter {
    private static final double[] QUANTILES = {50, 90, 99, 100};

    private final RunMeter run;
    private final Recorder rows = new Recorder(3);
    private final Recorder nanos = new Recorder(3);
    private long handled;

    BenchMeter(EmbeddedDatabase server) {
        this.run = new RunMeter(server);
    }

    /** Told by the journal's writer. */
    void committed(int journalRows, Duration took) {
        rows.recordValue(journalRows);
        nanos.recordValue(took.toNanos());
    }

    void begin() {
        rows.reset();
        nanos.reset();
        handled = 0;
        run.begin();
    }

    /** A message more has been handled; told by one thread at a time. */
    void handled() {
        run.sample(++handled);
    }

    void end(ObjectNode result, int messages) {
        run.end(handled);
        run.put(result, messages);
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
                    RunMeter.rounded(histogram.getValueAtPercentile(quantile) / unit));
        }
    }
}
