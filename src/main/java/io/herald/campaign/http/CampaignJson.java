package io.herald.campaign.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.campaign.domain.Campaign;
import io.herald.campaign.domain.Definition;
import io.herald.campaign.domain.Ledger;
import io.herald.campaign.domain.Status;
import io.herald.campaign.view.Books;
import io.herald.campaign.view.CampaignRow;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A campaign as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CampaignJson(
        String id,
        String name,
        String status,
        boolean cancelling,
        boolean retrying,
        String templateId,
        int templateVersion,
        AudienceJson audience,
        List<StepJson> route,
        boolean fallback,
        String category,
        String unknownPolicy,
        @Nullable Double ratePerSecond,
        @Nullable Instant scheduledAt,
        @Nullable Long targeted,
        @Nullable String failure,
        Map<String, Object> metadata,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant messagesRemovedAt,
        Instant updatedAt,
        @Nullable List<String> inFlight,
        @Nullable Integer inFlightCount) {

    private static final int MOST_IN_FLIGHT = 1000;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AudienceJson(@Nullable String importId, @Nullable Integer recipients) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record StepJson(
            String channel,
            String provider,
            String providerAccount,
            @Nullable Integer ttlSeconds) {}

    static CampaignJson of(CampaignRow c, ProviderAccounts accounts) {
        return of(
                c.id(),
                c.definition(),
                c.status(),
                c.cancelling(),
                c.retrying(),
                c.dueAt(),
                c.targeted(),
                c.failure(),
                c.createdAt(),
                c.startedAt(),
                c.endedAt(),
                c.messagesRemovedAt(),
                c.updatedAt(),
                accounts,
                null);
    }

    /** @param inFlight what {@code pause} found under way, else absent */
    static CampaignJson of(Campaign c, ProviderAccounts accounts, @Nullable List<String> inFlight) {
        return of(
                c.id(),
                c.definition(),
                c.status(),
                c.cancelling(),
                c.retrying() != null,
                c.due(),
                c.targeted(),
                c.failure(),
                c.createdAt(),
                c.startedAt(),
                c.endedAt(),
                c.messagesRemovedAt(),
                c.lastAt(),
                accounts,
                inFlight);
    }

    private static CampaignJson of(
            String id,
            Definition d,
            Status status,
            boolean cancelling,
            boolean retrying,
            @Nullable Instant due,
            @Nullable Long targeted,
            @Nullable String failure,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Instant messagesRemovedAt,
            Instant updatedAt,
            ProviderAccounts accounts,
            @Nullable List<String> inFlight) {
        String importId = d.audience().importId();
        return new CampaignJson(
                id,
                d.name(),
                status.wire(),
                cancelling,
                retrying,
                d.templateId(),
                d.templateVersion(),
                new AudienceJson(importId, importId == null ? d.audience().recipients() : null),
                d.route().stream()
                        .map(step -> new StepJson(
                                step.channel().wire(),
                                accounts.find(step.account())
                                        .map(ProviderAccount::name)
                                        .orElse(step.account()),
                                step.account(),
                                step.ttlSeconds()))
                        .toList(),
                d.fallback(),
                d.category().wire(),
                d.unknownPolicy().wire(),
                d.ratePerSecond(),
                due == null ? d.scheduledAt() : due,
                targeted,
                failure,
                d.metadata(),
                createdAt,
                startedAt,
                endedAt,
                messagesRemovedAt,
                updatedAt,
                inFlight == null ? null : inFlight.subList(0, Math.min(inFlight.size(), MOST_IN_FLIGHT)),
                inFlight == null ? null : inFlight.size());
    }

    record LedgerJson(
            long targeted,
            long suppressed,
            long waiting,
            long inFlight,
            long accepted,
            long failed,
            long unknown,
            long expired,
            long cancelled,
            boolean balanced) {
        static LedgerJson of(Ledger l) {
            return new LedgerJson(
                    l.targeted(),
                    l.suppressed(),
                    l.waiting(),
                    l.inFlight(),
                    l.accepted(),
                    l.failed(),
                    l.unknown(),
                    l.expired(),
                    l.cancelled(),
                    l.balanced());
        }
    }

    /** How a campaign goes. {@code etaSeconds} is null where it can't be told. */
    record StatsJson(
            String status,
            LedgerJson ledger,
            long delivered,
            long undelivered,
            long read,
            long fallback,
            long segments,
            double ratePerSecond,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            Long etaSeconds) {

        static StatsJson of(Books books, double rate) {
            long left = books.ledger().waiting() + books.ledger().inFlight();
            Optional<Long> eta = books.status() != Status.RUNNING
                    ? Optional.empty()
                    : left == 0
                            ? Optional.of(0L)
                            : rate > 0 ? Optional.of((long) Math.ceil(left / rate)) : Optional.empty();
            return new StatsJson(
                    books.status().wire(),
                    LedgerJson.of(books.ledger()),
                    books.tally().delivered(),
                    books.tally().undelivered(),
                    books.tally().read(),
                    books.tally().fallback(),
                    books.tally().segments(),
                    Math.round(rate * 10) / 10.0,
                    eta.orElse(null));
        }
    }
}
