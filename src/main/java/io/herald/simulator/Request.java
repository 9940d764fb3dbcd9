package io.herald.simulator;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

/**
 * A request that has come in whole.
 *
 * @param path decoded
 * @param query as it came, empty where there is none
 * @param body read as UTF-8
 */
record Request(String method, String path, String query, HttpHeaders headers, String body) {
    /** The header's first value, whatever the case of its name. */
    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** Whether the body is of this media type; parameters such as the charset are ignored. */
    boolean is(String mediaType) {
        String declared = header("Content-Type");
        CharSequence actual = declared == null ? null : HttpUtil.getMimeType(declared);
        return actual != null && actual.toString().strip().equalsIgnoreCase(mediaType);
    }
}
