package io.herald.channel;

import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One account with one provider, speaking the vendor's wire format. Safe for use by many threads at once. */
public interface Adapter {

    /**
     * Makes one call for one attempt. The stage never fails for what the vendor or the network does: a refusal is
     * {@link SendResult.Rejected}, a call that left and was not answered {@link SendResult.Unknown}.
     */
    CompletionStage<SendResult> send(SendRequest request);

    /** Asks what became of an attempt whose outcome is unknown. The stage never fails. */
    default CompletionStage<LookUp> lookUp(SendRequest request) {
        return CompletableFuture.completedFuture(new LookUp.NotSupported());
    }

    /** Checks who sent a callback, then reads it. Nothing in it is trusted before that, and nothing in it makes this throw. */
    WebhookResult webhook(WebhookRequest request);
}
