package io.herald.message.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.kernel.ErrorClass;
import io.herald.message.view.MessageRow;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MessageJson(
        String id,
        String status,
        String channel,
        String to,
        @Nullable String from,
        @Nullable String campaignId,
        String category,
        @Nullable String provider,
        String providerAccount,
        @Nullable String providerMessageId,
        int attempts,
        int segments,
        @Nullable ErrorJson error,
        Map<String, Object> metadata,
        Instant createdAt,
        Instant updatedAt) {

    /** The last refusal or negative report. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ErrorJson(
            @com.fasterxml.jackson.annotation.JsonProperty("class")
            ErrorClass errorClass,

            @Nullable String code,
            @Nullable String detail) {}

    public static MessageJson of(MessageRow m, ProviderAccounts accounts) {
        ProviderAccount account = accounts.find(m.account()).orElse(null);
        String sender = account == null ? null : account.sender();
        return new MessageJson(
                m.id(),
                m.status().wire(),
                m.channel().wire(),
                m.to(),
                m.from() == null ? sender : m.from(),
                m.campaignId(),
                m.category().wire(),
                account == null ? null : account.provider(),
                m.account(),
                m.providerMessageId(),
                m.attempts(),
                m.segments(),
                m.errorClass() == null ? null : new ErrorJson(m.errorClass(), m.errorCode(), m.errorDetail()),
                m.metadata(),
                m.createdAt(),
                m.updatedAt());
    }
}
