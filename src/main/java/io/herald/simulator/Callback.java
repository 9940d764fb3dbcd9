package io.herald.simulator;

import akka.http.javadsl.model.HttpRequest;

/** A report on its way to the sender. */
interface Callback {
    /** @param tries made before this one */
    HttpRequest request(int tries);

    Retry retry();
}
