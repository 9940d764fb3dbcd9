package io.herald.platform.http;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One operation of the API.
 *
 * @param path with its parameters in braces, as in openapi.yaml
 * @param creates whether an {@code Idempotency-Key} makes a repetition harmless
 * @param maxBody bytes that the body may have; 0: none is read before the handler is called
 * @param streams whether the handler reads the body itself
 */
public record Endpoint(
        String method, String path, Access access, boolean creates, long maxBody, boolean streams, Handler handler) {

    /** What every JSON body may have unless its endpoint says otherwise. */
    public static final long USUAL_BODY = 1L << 20;

    /** May throw {@link Problem}, or let the stage fail with it. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<Answer> handle(Exchange exchange);
    }

    /** A feature's endpoints. */
    @FunctionalInterface
    public interface Group {
        List<Endpoint> endpoints();
    }

    public static Endpoint get(String path, Access access, Handler handler) {
        return new Endpoint("GET", path, access, false, 0, false, handler);
    }

    /** A POST that makes something. */
    public static Endpoint create(String path, Access access, Handler handler) {
        return new Endpoint("POST", path, access, true, USUAL_BODY, false, handler);
    }

    /** A POST that does something to what is there. */
    public static Endpoint act(String path, Access access, Handler handler) {
        return new Endpoint("POST", path, access, false, USUAL_BODY, false, handler);
    }

    public static Endpoint put(String path, Access access, Handler handler) {
        return new Endpoint("PUT", path, access, false, USUAL_BODY, false, handler);
    }

    public static Endpoint patch(String path, Access access, Handler handler) {
        return new Endpoint("PATCH", path, access, false, USUAL_BODY, false, handler);
    }

    public static Endpoint delete(String path, Access access, Handler handler) {
        return new Endpoint("DELETE", path, access, false, 0, false, handler);
    }

    public Endpoint upTo(long maxBody) {
        return new Endpoint(method, path, access, creates, maxBody, streams, handler);
    }

    /** The handler takes the body as a stream of any length. */
    public Endpoint streaming() {
        return new Endpoint(method, path, access, creates, 0, true, handler);
    }
}
