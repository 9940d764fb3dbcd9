package io.herald.campaign.view;

import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import io.herald.campaign.domain.Tally;

/**
 * A campaign's ledger with what is counted beside it, all of one moment.
 *
 * @param unsettled messages that may still start an attempt by themselves
 */
public record Books(Status status, Ledger ledger, long fed, long unsettled, Tally tally) {}
