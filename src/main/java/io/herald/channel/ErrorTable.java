package io.herald.channel;

import io.herald.kernel.ErrorClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** A vendor's error codes and what they mean, from a properties file beside its adapter: {@code code = class}. */
public final class ErrorTable {
    private final Map<String, ErrorClass> classes;

    private ErrorTable(Map<String, ErrorClass> classes) {
        this.classes = classes;
    }

    /** @param resource relative to {@code owner} */
    public static ErrorTable load(Class<?> owner, String resource) {
        Properties properties = new Properties();
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing beside " + owner.getName());
            }
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, ErrorClass> classes = new HashMap<>();
        for (String code : properties.stringPropertyNames()) {
            classes.put(code, ErrorClass.of(properties.getProperty(code).strip()));
        }
        return new ErrorTable(Map.copyOf(classes));
    }

    public Optional<ErrorClass> of(String code) {
        return Optional.ofNullable(classes.get(code));
    }

    /** What an HTTP status means where the vendor's code is absent or not known. */
    public static ErrorClass ofStatus(int status) {
        return switch (status) {
            case 401, 403, 404, 405, 415 -> ErrorClass.PERMANENT_CONFIG;
            case 408 -> ErrorClass.RETRYABLE;
            case 429 -> ErrorClass.THROTTLED;
            default -> status >= 500 ? ErrorClass.RETRYABLE : ErrorClass.PERMANENT_ROUTE;
        };
    }
}
