package io.herald.campaign.domain;

/**
 * What is counted beside a campaign's ledger.
 *
 * @param delivered by whatever route, however late
 * @param undelivered whose last report is that they did not arrive
 * @param fallback that left their first route
 */
public record Tally(long delivered, long undelivered, long read, long fallback, long segments) {}
