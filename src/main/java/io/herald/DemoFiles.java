package io.herald;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The demo's files: its directory, its log, its recipients. */
final class DemoFiles {
    private static final long SEED = 20_240_601;
    private static final List<String> FIRST = List.of(
            "Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Radia", "Leslie", "Frances", "Niklaus", "Hedy",
            "Tony");
    private static final List<String> CITIES =
            List.of("Lisbon", "Nairobi", "Oslo", "Quito", "Osaka", "Austin", "Leeds", "Turin", "Pune", "Perth");

    /** Rows that an import must refuse, each for a reason of its own. */
    private static final List<String> BAD = List.of(
            "not-a-number,Bad,Nowhere,X1",
            ",Nobody,Nowhere,X2",
            "+1,Short,Nowhere,X3",
            "0123456789,National,Nowhere,X4",
            "+4915112345678,Missing",
            "+999999999999999999,Long,Nowhere,X6");

    private DemoFiles() {}

    /** Every run begins with nothing: the last one's database and log go. */
    static void clear(Path home) throws IOException {
        if (Files.exists(home)) {
            try (Stream<Path> all = Files.walk(home)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(home);
    }

    /** Standard output belongs to the progress; the log goes to a file. */
    static void logTo(Path file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var console = (OutputStreamAppender<ILoggingEvent>) root.getAppender("out");
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(console.getEncoder());
        appender.start();
        root.addAppender(appender);
        root.detachAppender(console);
    }

    /** The same numbers every time: good ones, and now and then a bad row or one for a person who is there already. */
    static Path recipients(Path home, int count) throws IOException {
        Path file = home.resolve("recipients.csv");
        Random random = new Random(SEED);
        try (BufferedWriter csv = Files.newBufferedWriter(file)) {
            csv.write("phone,first_name,city,code\n");
            for (int i = 0; i < count; i++) {
                csv.write(row(i, random));
                if (i % 2000 == 1000) {
                    csv.write(BAD.get(random.nextInt(BAD.size())) + "\n");
                }
                if (i % 3000 == 1500) {
                    csv.write(row(random.nextInt(i), random));
                }
            }
        }
        return file;
    }

    private static String row(int i, Random random) {
        return "+1" + (2_025_550_000L + i) + "," + FIRST.get(random.nextInt(FIRST.size())) + ","
                + CITIES.get(random.nextInt(CITIES.size())) + ",H" + Integer.toString(random.nextInt(1 << 20), 36)
                + "\n";
    }
}
