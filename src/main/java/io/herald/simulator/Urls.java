package io.herald.simulator;

import java.net.URI;
import java.net.URISyntaxException;

/** Absolute web addresses, as vendors take them. */
final class Urls {
    private Urls() {}

    /** http or https with a host; a host with an underscore is none. */
    static boolean absolute(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme();
            return uri.getHost() != null && ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
