package io.herald.insight.view;

import java.util.Locale;

/** What usage can be told apart by. */
public enum Dimension {
    /** Such as 2026-11, in UTC. */
    MONTH("to_char(day, 'YYYY-MM')"),
    /** Such as 2026-11-21, in UTC. */
    DAY("to_char(day, 'YYYY-MM-DD')"),
    /** By its lower-case name. */
    CHANNEL("channel"),
    /** The id of a provider account. */
    ACCOUNT("account");

    private final String wire = name().toLowerCase(Locale.ROOT);
    private final String sql;

    Dimension(String sql) {
        this.sql = sql;
    }

    /** Its name in JSON and URLs. */
    public String wire() {
        return wire;
    }

    String sql() {
        return sql;
    }

    /** @throws IllegalArgumentException for a name that is no dimension's */
    public static Dimension of(String wire) {
        for (Dimension dimension : values()) {
            if (dimension.wire.equals(wire)) {
                return dimension;
            }
        }
        throw new IllegalArgumentException(wire);
    }
}
