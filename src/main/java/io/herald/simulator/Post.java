package io.herald.simulator;

import java.util.HashMap;
import java.util.Map;

/**
 * A POST to one of the customer's URLs.
 *
 * @param url absolute; its path and query are sent as they stand, a fragment is not
 * @param type the Content-Type
 * @param headers beside those that describe the body
 */
record Post(String url, String type, byte[] body, Map<String, String> headers) {
    /** What comes back; the body read as UTF-8. */
    record Answer(int status, String body) {}

    Post {
        headers = Map.copyOf(headers);
    }

    Post with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Post(url, type, body, more);
    }
}
