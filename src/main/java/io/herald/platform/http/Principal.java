package io.herald.platform.http;

/** Who calls. */
public sealed interface Principal {

    record Anyone() implements Principal {}

    record Administrator() implements Principal {}

    /**
     * A key of a tenant.
     *
     * @param role one of the tenant's in {@link Access}
     * @param requestsPerMinute of all the tenant's keys together; 0 for no limit
     */
    record TenantKey(String tenantId, String keyId, Access role, int requestsPerMinute) implements Principal {}
}
