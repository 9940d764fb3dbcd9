package io.herald.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The versions that this program was built as and with. */
public final class Version {
    private static final Properties VERSIONS = load();

    private Version() {}

    public static String current() {
        return of("herald");
    }

    /** @param part as in herald-build.properties */
    public static String of(String part) {
        return VERSIONS.getProperty(part, "unknown");
    }

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/herald-build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
