package io.herald.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTlsTest {
    private static final String PASSWORD = "changeit";
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Loops loops = new Loops();
    private HttpsServer server;
    private X509Certificate certificate;

    /** A server for 127.0.0.1, whose certificate nobody has signed but itself. */
    @BeforeEach
    void listen(@TempDir Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=hook",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        certificate = (X509Certificate) keys.getCertificate("key");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        loops.close();
    }

    @Test
    void aTrustedServerIsTold() throws IOException {
        SslContext trusting =
                SslContextBuilder.forClient().trustManager(certificate).build();
        Client client = new Client(loops, PATIENCE, () -> trusting);
        for (int i = 0; i < 3; i++) {
            assertThat(send(client, "127.0.0.1")).isEqualTo(new Post.Answer(200, "hello"));
        }
        assertThatThrownBy(() -> send(client, "localhost"))
                .as("the certificate names another host")
                .hasCauseInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void aStrangerIsNot() {
        assertThatThrownBy(() -> send(new Client(loops, PATIENCE), "127.0.0.1"))
                .hasCauseInstanceOf(SSLHandshakeException.class);
    }

    private Post.Answer send(Client client, String host) {
        String url = "https://" + host + ":" + server.getAddress().getPort() + "/";
        return client.send(new Post(url, "text/plain", "hello".getBytes(UTF_8), Map.of()))
                .toCompletableFuture()
                .join();
    }
}
