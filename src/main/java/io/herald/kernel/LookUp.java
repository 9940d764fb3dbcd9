package io.herald.kernel;

import org.jspecify.annotations.Nullable;

/** What a provider says when it is asked what became of an attempt. */
public sealed interface LookUp {

    /**
     * It has it.
     *
     * @param kind how far it got, where the provider says so
     */
    record Found(String providerMessageId, DeliveryReport.@Nullable Kind kind) implements LookUp {}

    /** It never got it. */
    record Absent() implements LookUp {}

    /** It could not be asked now. */
    record Unavailable() implements LookUp {}

    /** It has no such question. */
    record NotSupported() implements LookUp {}
}
