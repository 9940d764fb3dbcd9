package io.herald.tenant;

import java.time.Instant;

/**
 * A customer.
 *
 * @param tier names how many requests a minute its keys may make
 */
public record Tenant(String id, String name, String tier, Instant createdAt) {}
