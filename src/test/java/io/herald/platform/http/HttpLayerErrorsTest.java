package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.OpenApi;
import io.herald.support.TestNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused before there is a request is a problem like any other. */
class HttpLayerErrorsTest {
    private final RawHttp http = new RawHttp(TestNode.shared().port());

    static Stream<Arguments> requests() {
        String host = "Host: localhost\r\n";
        return Stream.of(
                Arguments.of("a target that is no URI", "GET /a|b^c{ HTTP/1.1\r\n" + host + "\r\n", 400),
                Arguments.of("a broken escape", "GET /api/%zz HTTP/1.1\r\n" + host + "\r\n", 400),
                Arguments.of("a long target", "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n" + host + "\r\n", 414),
                Arguments.of("another protocol", "GET / SPDY/3\r\n" + host + "\r\n", 505),
                Arguments.of("a later version", "GET / HTTP/3.0\r\n" + host + "\r\n", 505),
                Arguments.of("an unknown method", "DANCE / HTTP/1.1\r\n" + host + "\r\n", 501),
                Arguments.of("no host", "GET / HTTP/1.1\r\n\r\n", 400),
                Arguments.of("two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400),
                Arguments.of(
                        "a long header",
                        "GET / HTTP/1.1\r\n" + host + "X-Long: " + "a".repeat(20_000) + "\r\n\r\n",
                        431),
                Arguments.of("many headers", "GET / HTTP/1.1\r\n" + host + "X-Many: a\r\n".repeat(200) + "\r\n", 400),
                Arguments.of(
                        "an unknown transfer coding",
                        "POST /api/v1/messages HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n",
                        400),
                Arguments.of(
                        "a length that is no number",
                        "POST /api/v1/messages HTTP/1.1\r\n" + host + "Content-Length: ten\r\n\r\n",
                        400),
                Arguments.of(
                        "two lengths",
                        "POST /api/v1/messages HTTP/1.1\r\n" + host
                                + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                        400));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void isRefusedAsAProblem(String name, String request, int status) {
        RawHttp.Answer answer = http.send(request);
        assertThat(answer.header("content-type")).as("%s: %s", name, answer).isEqualTo("application/problem+json");
        assertThat(OpenApi.document().wrongInResponse("Problem", answer.json())).isEmpty();
        assertThat(answer.header("x-request-id"))
                .isNotEmpty()
                .isEqualTo(answer.json().path("request_id").asText());
        assertThat(answer.json().path("status").asInt()).isEqualTo(answer.status());
        assertThat(answer.status()).as("%s: %s", name, answer).isEqualTo(status);
    }

    @Test
    void aBodyThatBreaksOffIsRefused() {
        RawHttp.Answer answer =
                http.post("/api/v1/webhooks/twilio", "5\r\nhello\r\nnot a length\r\n", "Transfer-Encoding: chunked");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(OpenApi.document().wrongInResponse("Problem", answer.json())).isEmpty();
    }

    @Test
    void aChunkedBodyOverTheLimitIsTooLarge() {
        String chunk = "10000\r\n" + "a".repeat(0x10000) + "\r\n";
        RawHttp.Answer answer =
                http.post("/api/v1/webhooks/twilio", chunk.repeat(17) + "0\r\n\r\n", "Transfer-Encoding: chunked");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(OpenApi.document().wrongInResponse("Problem", answer.json())).isEmpty();
    }

    @Test
    void anAnnouncedBodyOverTheLimitIsTooLargeBeforeItIsSent() {
        RawHttp.Answer answer = http.post("/api/v1/webhooks/twilio", "", "Content-Length: 99999999999");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void aClientThatAsksFirstIsAnsweredBeforeItSends() {
        RawHttp.Answer answer = http.post("/api/v1/nothing", "", "Content-Length: 10", "Expect: 100-continue");
        assertThat(answer.status()).isEqualTo(404);
    }
}
