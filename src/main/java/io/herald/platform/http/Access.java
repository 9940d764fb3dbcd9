package io.herald.platform.http;

/** Who may use an endpoint. */
public enum Access {
    /** Anyone: health, the page, providers' callbacks, which prove themselves otherwise. */
    OPEN,
    /** The platform's administrator. */
    ADMIN,
    /** A key of a tenant with at least this role. */
    VIEWER,
    SENDER,
    OPERATOR,
    TENANT_ADMIN;

    public boolean isTenant() {
        return this != OPEN && this != ADMIN;
    }
}
