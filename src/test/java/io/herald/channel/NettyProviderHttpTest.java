package io.herald.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.ProviderHttp.Answer;
import io.herald.channel.ProviderHttp.Call;
import io.herald.channel.ProviderHttp.NoAnswer;
import io.herald.channel.ProviderHttp.NotConnected;
import io.herald.channel.ProviderHttp.Reply;
import io.herald.support.FreePort;
import io.herald.support.Until;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a request left, and whether it was answered: a vendor's message hangs on the difference. */
class NettyProviderHttpTest {
    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final ProviderConnections CONNECTIONS = new ProviderConnections();
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static Reply post(String url) {
        byte[] body = "a=1".getBytes(StandardCharsets.US_ASCII);
        return new NettyProviderHttp(CONNECTIONS, TIMEOUT)
                .call(Call.post(url, Map.of("X-Test", "1"), "application/x-www-form-urlencoded", body))
                .toCompletableFuture()
                .join();
    }

    private static Reply answered(String head, byte[] body) throws IOException {
        try (RawServer server = RawServer.answering(head, body)) {
            Reply reply = post(server.url() + "/x");
            assertThat(server.requests()).as("a request is never repeated").isEqualTo(1);
            return reply;
        }
    }

    @Test
    void anAnswerComesWithItsHeadersByLowerCaseNameAndItsBytes() throws IOException {
        byte[] body = {0, 1, (byte) 0xff};
        Reply reply = answered(
                OK
                        + "Content-Length: 3\r\nRetry-After: 7\r\nX-One: a\r\nx-one: b\r\nX-Odd: \u007f\r\nConnection: close\r\n\r\n",
                body);
        assertThat(reply).isInstanceOfSatisfying(Answer.class, answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsEntry("retry-after", "7").containsEntry("x-one", "a");
            assertThat(answer.body()).isEqualTo(body);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 400, 401, 429, 500, 503})
    void everyStatusIsAnAnswer(int status) throws IOException {
        Reply reply =
                answered("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", new byte[0]);
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Answer.class, answer -> assertThat(answer.status()).isEqualTo(status));
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        Reply reply = answered(
                "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                new byte[0]);
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Answer.class, answer -> assertThat(answer.status()).isEqualTo(302));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.9\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", ""})
    void whatIsNoHttpIsNoAnswer(String bytes) throws IOException {
        assertThat(answered(bytes, new byte[0])).isInstanceOf(NoAnswer.class);
    }

    @Test
    void anAnswerThatIsCutOffIsNoAnswer() throws IOException {
        assertThat(answered(OK + "Content-Length: 100\r\n\r\n", new byte[10])).isInstanceOf(NoAnswer.class);
    }

    @Test
    void anAnswerThatIsTooLargeIsNoAnswer() throws IOException {
        int size = 256 * 1024 + 1;
        assertThat(answered(OK + "Content-Length: " + size + "\r\nConnection: close\r\n\r\n", new byte[size]))
                .isInstanceOf(NoAnswer.class);
        assertThat(answered(OK + "Connection: close\r\n\r\n", new byte[size])).isInstanceOf(NoAnswer.class);
    }

    @Test
    void theLargestAnswerIsOneStill() throws IOException {
        int size = 256 * 1024;
        assertThat(answered(OK + "Content-Length: " + size + "\r\nConnection: close\r\n\r\n", new byte[size]))
                .isInstanceOf(Answer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-", OK + "Content-Length: 5\r\n\r\nab"})
    void silenceIsNoAnswer(String beginning) throws IOException {
        try (RawServer server = RawServer.stalling(beginning)) {
            assertThat(post(server.url())).isInstanceOf(NoAnswer.class);
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatIsResetIsNoAnswer() throws IOException {
        try (RawServer server = RawServer.resetting()) {
            assertThat(post(server.url())).isInstanceOf(NoAnswer.class);
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatIsRefusedWasNeverMade() {
        assertThat(post("http://127.0.0.1:" + FreePort.probe() + "/")).isInstanceOf(NotConnected.class);
    }

    @Test
    void afterTheEndNothingIsCalled() {
        ProviderConnections ended = new ProviderConnections();
        ended.close();
        Until.holds(
                "its threads are gone",
                Duration.ofSeconds(10),
                () -> new NettyProviderHttp(ended, TIMEOUT)
                        .call(Call.get("http://127.0.0.1:" + FreePort.probe() + "/", Map.of()))
                        .toCompletableFuture()
                        .join()
                        .equals(new NotConnected("this node is stopping")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no url", "http://a b/", "ftp://127.0.0.1/", "http://127.0.0.1:99999/"})
    void whatIsNoUrlIsNeverCalled(String url) {
        assertThat(post(url)).isInstanceOf(NotConnected.class);
    }

    @Test
    void aFormIsEncodedInItsOrder() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("b", "1 + 1 = 2 & ü😀");
        fields.put("a b", "");
        assertThat(new String(ProviderHttp.form(fields), StandardCharsets.US_ASCII))
                .isEqualTo("b=1+%2B+1+%3D+2+%26+%C3%BC%F0%9F%98%80&a+b=");
    }
}
