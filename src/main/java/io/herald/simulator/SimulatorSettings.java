package io.herald.simulator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the simulator listens and how it behaves at first.
 *
 * @param port 0 takes any free one, see {@link Simulator#port}
 * @param auditFile lines are appended to it and it is kept; null means a temporary file, deleted on close
 */
public record SimulatorSettings(
        String host, int port, Faults faults, @Nullable Path auditFile) {
    public SimulatorSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " is no port; it takes a number from 0 to 65535");
        }
    }
}
