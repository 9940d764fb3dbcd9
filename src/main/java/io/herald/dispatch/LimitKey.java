package io.herald.dispatch;

import java.util.Locale;

/** What a limit limits: {@code provider/<account>}, {@code sender/<number>}, {@code tenant/<id>}, {@code campaign/<id>}. */
public record LimitKey(Kind kind, String id) {

    public enum Kind {
        PROVIDER,
        SENDER,
        TENANT,
        CAMPAIGN;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    @Override
    public String toString() {
        return kind.wire() + "/" + id;
    }
}
