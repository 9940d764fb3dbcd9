package io.herald.platform.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.Api;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP by hand, for what no client would send. */
final class RawHttp {
    private static final int PATIENCE_MS = 10_000;

    private final int port;

    RawHttp(int port) {
        this.port = port;
    }

    /** @param headers by lower-case name */
    record Answer(int status, Map<String, String> headers, String body) {
        String header(String lowerCaseName) {
            return headers.getOrDefault(lowerCaseName, "");
        }

        JsonNode json() {
            return Api.parse(body);
        }
    }

    Answer get(String target, String... headers) {
        return send(
                "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lines(headers) + "\r\n");
    }

    /** @param body as it goes over the wire, chunks and all */
    Answer post(String target, String body, String... headers) {
        return send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + lines(headers) + "\r\n" + body);
    }

    private static String lines(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.toString();
    }

    /** Sends these bytes and reads one answer, the first that is more than a word on the way. */
    Answer send(String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            String[] statusLine = line(in).split(" ", 3);
            while (statusLine[1].startsWith("1")) {
                while (!line(in).isEmpty()) {}
                statusLine = line(in).split(" ", 3);
            }
            Map<String, String> headers = new HashMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new Answer(Integer.parseInt(statusLine[1]), headers, new String(in.readNBytes(length), ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server hung up after: " + line);
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }
}
