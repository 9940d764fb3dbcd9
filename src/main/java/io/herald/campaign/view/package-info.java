/** The read model of campaigns: their rows, recipients and ledgers. */
@NullMarked
package io.herald.campaign.view;

import org.jspecify.annotations.NullMarked;
