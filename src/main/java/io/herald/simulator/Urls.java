package io.herald.simulator;

import java.net.URI;
import java.net.URISyntaxException;

/** Absolute web addresses, as vendors take them. */
final class Urls {
    private Urls() {}

    /** http or https with a host; a host with an underscore is none. */
    static boolean absolute(String text) {
        try {
            return absolute(new URI(text));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * An absolute address with what isn't ASCII in it encoded, and else as it stands.
     *
     * @throws IllegalArgumentException where it is none
     */
    static URI ascii(String text) {
        URI uri = URI.create(text);
        if (!absolute(uri)) {
            throw new IllegalArgumentException(text + " is no absolute http or https URL");
        }
        String ascii = uri.toASCIIString();
        return ascii.equals(text) ? uri : URI.create(ascii);
    }

    private static boolean absolute(URI uri) {
        String scheme = uri.getScheme();
        return uri.getHost() != null && ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme));
    }
}
