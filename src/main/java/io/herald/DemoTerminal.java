package io.herald;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** The demo's words and its progress bar; without a terminal, a line now and then. */
final class DemoTerminal {
    private static final int WIDTH = 40;
    private static final long LINE_EVERY_MS = 2000;

    private final PrintStream out;
    private final boolean live;
    private long lastLine;
    private boolean drawn;

    DemoTerminal(PrintStream out) {
        this.out = out;
        this.live =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    void say(String line) {
        end();
        out.println(line);
        out.flush();
    }

    /** Draws where a campaign stands. */
    void progress(String status, long done, long targeted, double perSecond, long waiting, long inFlight) {
        double share = targeted == 0 ? 0 : Math.min(1, (double) done / targeted);
        int filled = (int) (share * WIDTH);
        String line = String.format(
                Locale.ROOT,
                "%-9s [%s%s] %5.1f %%  %,d of %,d  %,.0f/s  waiting %,d  in flight %,d",
                status,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                share * 100,
                done,
                targeted,
                perSecond,
                waiting,
                inFlight);
        if (live) {
            out.print("\r\u001b[2K" + line);
            out.flush();
            drawn = true;
        } else if (System.currentTimeMillis() - lastLine >= LINE_EVERY_MS) {
            lastLine = System.currentTimeMillis();
            out.println(line);
            out.flush();
        }
    }

    private void end() {
        if (drawn) {
            out.println();
            drawn = false;
        }
    }
}
