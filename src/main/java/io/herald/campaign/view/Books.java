package io.herald.campaign.view;

import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;

/**
 * A campaign's ledger with what is counted beside it, all of one moment.
 *
 * @param unsettled messages that may still start an attempt by themselves
 * @param delivered by whatever route, however late
 * @param undelivered whose last report is that they did not arrive
 * @param fallback that left their first route
 */
public record Books(
        Status status,
        Ledger ledger,
        long fed,
        long unsettled,
        long delivered,
        long undelivered,
        long read,
        long fallback,
        long segments) {}
