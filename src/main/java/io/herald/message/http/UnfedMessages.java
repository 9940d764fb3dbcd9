package io.herald.message.http;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Messages of campaigns that have an id already and are not in the journal yet. */
@FunctionalInterface
public interface UnfedMessages {

    /** @return the message as it will be, or nothing where no campaign of the tenant has one of this id */
    CompletionStage<Optional<MessageJson>> find(String tenantId, String messageId);
}
