package io.herald.platform.http;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Finds out whose key a request carries. */
@FunctionalInterface
public interface Authentication {
    /** @return nothing where the key is nobody's */
    CompletionStage<Optional<Principal>> of(String apiKey);
}
