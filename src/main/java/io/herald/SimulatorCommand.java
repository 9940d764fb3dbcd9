package io.herald;

import io.herald.platform.SettingsException;
import io.herald.simulator.Faults;
import io.herald.simulator.Simulator;
import io.herald.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulator}: the providers' imitation as a process of its own. */
@Command(
        name = "simulator",
        description = "Imitate the providers, with faults at will and an audit log of every request.",
        mixinStandardHelpOptions = true)
final class SimulatorCommand implements Callable<Integer> {

    @Option(names = "--host", description = "Address to bind (default: ${DEFAULT-VALUE}).", defaultValue = "127.0.0.1")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "Port to bind (default: ${DEFAULT-VALUE}).", defaultValue = "9090")
    private int port = 9090;

    @Option(names = "--latency", description = "Delay of every answer, such as 20ms.")
    private @Nullable String latency;

    @Option(
            names = "--faults",
            description = "Faults as key=value,...; a JSON object; or the name of a file that holds one.")
    private @Nullable String faults;

    @Option(names = "--audit", description = "File of the audit log (default: a temporary one).")
    private @Nullable Path audit;

    @Option(
            names = "--callback",
            description = "Where a Gupshup account's callbacks go, as <api key or userid>=<url>. May be repeated.")
    private List<String> callbacks = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Simulator simulator = start(new SimulatorSettings(host, port, parse(faults, latency), audit));
        for (String callback : callbacks) {
            String[] parts = callback.split("=", 2);
            if (parts.length < 2) {
                throw new SettingsException("--callback must be <api key or userid>=<url>");
            }
            simulator.gupshupCallback(parts[0], parts[1]);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "stop"));
        System.out.println("The simulator listens on http://" + host + ":" + simulator.port()
                + " (audit: /_audit/summary, faults: /_faults)");
        new CountDownLatch(1).await();
        return 0;
    }

    static Simulator start(SimulatorSettings settings) {
        try {
            return Simulator.start(settings);
        } catch (IllegalStateException e) {
            throw new SettingsException("--port " + settings.port() + " can't be bound; is it in use?");
        }
    }

    static Faults parse(@Nullable String faults, @Nullable String latency) {
        try {
            Faults parsed = faults == null ? Faults.none() : Faults.parse(asSpec(faults));
            return latency == null ? parsed : parsed.with("latency=" + latency);
        } catch (IllegalArgumentException e) {
            throw new SettingsException("--faults: " + e.getMessage());
        }
    }

    private static String asSpec(String faults) {
        boolean file = !faults.startsWith("{") && !faults.startsWith("@") && !faults.contains("=");
        return file && !faults.isBlank() ? "@" + faults : faults;
    }
}
