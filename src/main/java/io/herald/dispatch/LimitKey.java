package io.herald.dispatch;

import java.util.Locale;

/**
 * What a limit limits: {@code provider/<account>}, {@code sender/<number>}, {@code tenant/<id>}, {@code campaign/<id>}.
 *
 * @param tenantId whose campaign it is; empty for all other kinds, and where an administrator names a campaign
 */
public record LimitKey(Kind kind, String tenantId, String id) {

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

    public LimitKey(Kind kind, String id) {
        this(kind, "", id);
    }

    static LimitKey campaign(String tenantId, String campaignId) {
        return new LimitKey(Kind.CAMPAIGN, tenantId, campaignId);
    }

    /** Whether this, as an administrator names it, is the other. */
    boolean names(LimitKey other) {
        return kind == other.kind && id.equals(other.id) && (tenantId.isEmpty() || tenantId.equals(other.tenantId));
    }

    @Override
    public String toString() {
        return kind.wire() + "/" + id;
    }
}
