package io.herald.contact;

import java.util.Optional;

/** How the rows of an upload are written. */
public enum ImportFormat {
    /** With a header line: {@code phone} and/or {@code email}, every other column an attribute. */
    CSV,
    /** An array of objects. */
    JSON,
    /** An object a line. */
    NDJSON;

    /** By media type, without parameters. */
    public static Optional<ImportFormat> of(String mediaType) {
        return switch (mediaType) {
            case "text/csv" -> Optional.of(CSV);
            case "application/json" -> Optional.of(JSON);
            case "application/x-ndjson" -> Optional.of(NDJSON);
            default -> Optional.empty();
        };
    }
}
