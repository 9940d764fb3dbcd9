package io.herald.campaign.view;

import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A campaign as it is listed. */
public record CampaignRow(
        String tenantId,
        String id,
        Status status,
        boolean cancelling,
        boolean retrying,
        Definition definition,
        @Nullable Instant dueAt,
        @Nullable Long targeted,
        long through,
        @Nullable String failure,
        @Nullable Ledger closing,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant messagesRemovedAt,
        Instant updatedAt) {}
