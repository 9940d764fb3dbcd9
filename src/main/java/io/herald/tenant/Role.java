package io.herald.tenant;

import io.herald.platform.http.Access;
import java.util.Locale;

/** What a tenant's key may do; each may do what the one before may. */
public enum Role {
    /** Look. */
    VIEWER(Access.VIEWER),
    /** Send messages. */
    SENDER(Access.SENDER),
    /** Run campaigns, keep templates and contacts. */
    OPERATOR(Access.OPERATOR),
    ADMIN(Access.TENANT_ADMIN);

    private final Access access;

    Role(Access access) {
        this.access = access;
    }

    public Access access() {
        return access;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
