package io.herald.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerTest {
    @Test
    void requestsSentAtOnceAreAnsweredInOrder() throws IOException {
        try (Rig rig = new Rig("latency=1ms,jitter=40ms");
                Talk talk = new Talk(rig)) {
            StringBuilder requests = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                String path = i % 7 == 0 ? "/_nothing" + i : "/nothing" + i;
                requests.append(get(path));
                expected.add("404 " + path);
            }
            talk.say(requests.toString());
            for (String each : expected) {
                Talk.Heard heard = talk.hear();
                assertThat(heard.status + " " + heard.body.replaceAll(".*(/_?nothing\\d+).*", "$1"))
                        .isEqualTo(each);
            }
        }
    }

    @Test
    void aRequestInPiecesIsPutTogether() throws IOException {
        try (Rig rig = new Rig("");
                Talk talk = new Talk(rig)) {
            talk.say("POST /_faults HTTP/1.1\r\nHo");
            talk.say("st: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"er\r\n");
            talk.say("7\r\nror\":1}\r\n0\r\n\r\n" + get("/_health"));
            assertThat(Rig.json(talk.hear().body).path("error").asInt()).isEqualTo(1);
            assertThat(talk.hear().body).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, 'POST /_faults HTTP/1.1\r\nContent-Length: many\r\n\r\n'",
        "400, 'nonsense\r\n\r\n'",
        "400, 'GET /_health%zz HTTP/1.1\r\n\r\n'",
        "400, 'POST /_faults HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nwide\r\n'"
    })
    void aMalformedRequestEndsTheConnection(int status, String request) throws IOException {
        try (Rig rig = new Rig("");
                Talk talk = new Talk(rig)) {
            talk.say(get("/_health") + request + get("/_health"));
            assertThat(talk.hear().status).isEqualTo(200);
            assertThat(talk.hear().status).isEqualTo(status);
            assertThat(talk.ended()).isTrue();
            assertThat(rig.control("GET", "/_health", "").statusCode())
                    .as("others go on")
                    .isEqualTo(200);
        }
    }

    @Test
    void longLinesAndHeadersHaveTheirStatus() throws IOException {
        try (Rig rig = new Rig("")) {
            try (Talk talk = new Talk(rig)) {
                talk.say(get("/_health?" + "x".repeat(16_000)));
                assertThat(talk.hear().status).isEqualTo(200);
                talk.say(get("/_health?" + "x".repeat(17_000)));
                assertThat(talk.hear().status).isEqualTo(414);
            }
            try (Talk talk = new Talk(rig)) {
                talk.say("GET /_health HTTP/1.1\r\nX: " + "x".repeat(17_000) + "\r\n\r\n");
                assertThat(talk.hear().status).isEqualTo(431);
            }
        }
    }

    @Test
    void aBodyOverAMegabyteIsTooLargeAndTheConnectionGoesOn() throws IOException {
        try (Rig rig = new Rig("latency=50ms");
                Talk talk = new Talk(rig)) {
            talk.say(get("/slow") + "POST /_faults HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n");
            talk.say(" ".repeat(1_048_577) + get("/_health"));
            assertThat(talk.hear().status).isEqualTo(404);
            assertThat(talk.hear().status).isEqualTo(413);
            assertThat(talk.hear().status).isEqualTo(200);
            String largest = "{\"error\":1}" + " ".repeat(1_048_565);
            talk.say("POST /_faults HTTP/1.1\r\nContent-Length: 1048576\r\n\r\n" + largest);
            assertThat(talk.hear().status).isEqualTo(200);
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() {
        try (Rig rig = new Rig("")) {
            HttpRequest request = HttpRequest.newBuilder(rig.smsRequest(), (name, value) -> true)
                    .expectContinue(true)
                    .build();
            assertThat(rig.call(request).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void whoWantsTheConnectionClosedHasItClosed() throws IOException {
        try (Rig rig = new Rig("");
                Talk talk = new Talk(rig)) {
            talk.say("GET /_health HTTP/1.1\r\nConnection: close\r\n\r\n");
            assertThat(talk.hear().body).isEqualTo("ok");
            assertThat(talk.ended()).isTrue();
        }
    }

    @Test
    void aLongAuditLogIsSentWhole(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("audit.ndjson");
        Files.writeString(file, ("x".repeat(99) + "\n").repeat(50_000));
        try (Rig rig = new Rig(new SimulatorSettings("127.0.0.1", 0, Faults.none(), file));
                Talk talk = new Talk(rig)) {
            talk.say(get("/_audit/requests?since=1") + get("/_health"));
            assertThat(talk.hear().body).hasSize(4_999_999);
            assertThat(talk.hear().body).isEqualTo("ok");
        }
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** One connection, byte by byte. */
    private static final class Talk implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        private record Heard(int status, String body) {}

        Talk(Rig rig) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), rig.simulator.port());
            socket.setSoTimeout(10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(UTF_8));
        }

        Heard hear() throws IOException {
            int status = Integer.parseInt(in.readLine().split(" ", 3)[1]);
            int length = 0;
            for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            char[] body = new char[length];
            int read = 0;
            while (read < length) {
                read += in.read(body, read, length - read);
            }
            return new Heard(status, new String(body));
        }

        boolean ended() throws IOException {
            return in.read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
