package io.herald.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nseen";

    private Loops loops;

    @BeforeEach
    void begin() {
        loops = new Loops();
    }

    @AfterEach
    void end() {
        loops.close();
    }

    @Test
    void aPostArrivesAsItWasMeant() {
        try (Hook hook = new Hook()) {
            Post post =
                    new Post(hook.url("/a%2Fb//c?x=%20+&y=%5B1%5D#rc=1"), "text/x", bytes("é"), Map.of("X-One", "1"));
            assertThat(answer(client(15_000).send(post))).isEqualTo(new Post.Answer(200, "seen"));
            Hook.Arrival arrival = hook.next();
            assertThat(arrival.path()).isEqualTo("/a%2Fb//c?x=%20+&y=%5B1%5D");
            assertThat(arrival.body()).isEqualTo("é");
            assertThat(arrival.headers().getFirst("Host"))
                    .isEqualTo(hook.url("").substring(7));
            assertThat(arrival.headers().getFirst("Content-Type")).isEqualTo("text/x");
            assertThat(arrival.headers().getFirst("X-One")).isEqualTo("1");
        }
    }

    @Test
    void aConnectionIsUsedAgain() throws IOException {
        try (Server server = new Server(true)) {
            Client client = client(15_000);
            onOneLoop(() -> client.send(server.post()));
            onOneLoop(() -> client.send(server.post()));
            assertThat(server.connections).hasValue(1);
            assertThat(server.requests).hasValue(2);
        }
    }

    @Test
    void aConnectionClosedWhileIdleIsNoFailedPost() throws IOException {
        try (Server server = new Server(false)) {
            Client client = client(15_000);
            for (int i = 1; i <= 3; i++) {
                assertThat(onOneLoop(() -> client.send(server.post())).status()).isEqualTo(200);
                int closed = i;
                Rig.await("the server has closed it", () -> server.closed.get() == closed);
                EventLoop loop = (EventLoop) loops.group().iterator().next();
                loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly(); // has looked what came in
            }
            assertThat(server.connections).hasValue(3);
        }
    }

    @Test
    void aRefusedConnectionFails() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Client client = client(15_000);
        Post post = new Post("http://127.0.0.1:" + port + "/", "text/plain", bytes(""), Map.of());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> answer(client.send(post))).cause().isInstanceOf(ConnectException.class);
        }
        assertThatThrownBy(() -> answer(client.send(post))).hasMessageContaining("a moment ago");
        try (Server server = new Server(port, true)) {
            Rig.await("it is tried again", () -> {
                try {
                    return answer(client.send(server.post())).status() == 200;
                } catch (CompletionException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsATimeout() throws IOException {
        try (Hook hook = new Hook()) {
            CountDownLatch gate = hook.hold();
            CompletionStage<Post.Answer> answer =
                    client(200).send(new Post(hook.url("/"), "text/plain", bytes(""), Map.of()));
            assertThatThrownBy(() -> answer(answer)).hasCauseInstanceOf(TimeoutException.class);
            gate.countDown();
        }
    }

    @Test
    void manyAtOnceAreAllAnswered() {
        try (Hook hook = new Hook()) {
            Client client = client(15_000);
            List<CompletionStage<Post.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(client.send(new Post(hook.url("/" + i), "text/plain", bytes("body " + i), Map.of())));
            }
            answers.forEach(one -> assertThat(answer(one).status()).isEqualTo(200));
            assertThat(hook.next(500).stream().map(Hook.Arrival::body))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 500).mapToObj(i -> "body " + i).toList());
        }
    }

    @Test
    void anAddressThatIsNoneFailsAtOnce() {
        Client client = client(15_000);
        assertThatThrownBy(() -> client.send(new Post("ftp://localhost/", "text/plain", bytes(""), Map.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Client client(int answerMillis) {
        return new Client(loops, Duration.ofMillis(answerMillis));
    }

    private Post.Answer onOneLoop(Supplier<CompletionStage<Post.Answer>> send) {
        return CompletableFuture.supplyAsync(send, loops.group().iterator().next())
                .thenCompose(sent -> sent)
                .join();
    }

    private static Post.Answer answer(CompletionStage<Post.Answer> stage) {
        return stage.toCompletableFuture().join();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Answers each request on a connection, and goes on with the connection or closes it, but never says so. */
    private static final class Server implements AutoCloseable {
        final AtomicInteger connections = new AtomicInteger();
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        private final ServerSocket socket;

        Server(boolean goesOn) throws IOException {
            this(0, goesOn);
        }

        Server(int port, boolean goesOn) throws IOException {
            socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> {
                while (!socket.isClosed()) {
                    try {
                        Socket connection = socket.accept();
                        connections.incrementAndGet();
                        Thread.ofVirtual().start(() -> serve(connection, goesOn));
                    } catch (IOException e) {
                        // the test is over
                    }
                }
            });
        }

        private void serve(Socket connection, boolean goesOn) {
            try (connection) {
                BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
                do {
                    String line = in.readLine();
                    while (line != null && !line.isEmpty()) {
                        line = in.readLine();
                    }
                    if (line == null) {
                        return;
                    }
                    requests.incrementAndGet();
                    connection.getOutputStream().write(bytes(OK));
                } while (goesOn);
            } catch (IOException e) {
                // the client went first
            }
            closed.incrementAndGet();
        }

        int port() {
            return socket.getLocalPort();
        }

        Post post() {
            return new Post("http://127.0.0.1:" + port() + "/", "text/plain", bytes(""), Map.of());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
