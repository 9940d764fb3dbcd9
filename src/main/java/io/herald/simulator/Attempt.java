package io.herald.simulator;

import java.util.function.LongSupplier;

/**
 * A send request as its vendor reads it, before throttling and faults of the exchange.
 *
 * @param account empty where the request names none
 * @param to E.164 where it can be read, else what stood there
 * @param key the Idempotency-Key, or a hash of account, recipient and content
 */
record Attempt(Api api, String account, String to, String key, Verdict verdict, Refusals refusals) {

    sealed interface Verdict {
        record Refused(Outcome outcome, Reply answer) implements Verdict {}

        record Willing(Message message) implements Verdict {}
    }

    /** How this vendor words a refusal that doesn't depend on the request. */
    interface Refusals {
        Reply throttled();

        /** A transient failure, 500 or 503. */
        Reply broken(int status);
    }

    /** What the sender says, else what the content comes to. */
    static String key(Request request, LongSupplier content) {
        String said = request.header("Idempotency-Key");
        return said == null ? Long.toHexString(content.getAsLong()) : said;
    }
}
