package io.herald.channel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that reads one request a connection and then does what no HTTP library would. */
final class RawServer implements AutoCloseable {

    /** What it does with a connection whose request it has read. */
    @FunctionalInterface
    interface Behaviour {
        void on(Socket connection) throws IOException;
    }

    private final ServerSocket server;
    private final Behaviour behaviour;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);

    RawServer(Behaviour behaviour) {
        this.behaviour = behaviour;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Writes this and closes. */
    static RawServer answering(String head, byte[] body) {
        return new RawServer(connection -> {
            connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().write(body);
            connection.getOutputStream().flush();
            connection.close();
        });
    }

    /** Writes this, then nothing. */
    static RawServer stalling(String beginning) {
        return new RawServer(connection -> {
            connection.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
        });
    }

    static RawServer resetting() {
        return new RawServer(connection -> {
            connection.setSoLinger(true, 0);
            connection.close();
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    int requests() {
        return requests.get();
    }

    private void accept() {
        while (end.getCount() > 0) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try {
            readRequest(connection.getInputStream());
            requests.incrementAndGet();
            behaviour.on(connection);
        } catch (IOException e) {
            // The other side went away: nothing to serve.
        }
    }

    private static void readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("no request");
            }
            head.write(c);
        }
        for (String line : head.toString(StandardCharsets.US_ASCII).split("\r\n", -1)) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                in.readNBytes(Integer.parseInt(line.substring(15).strip()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        end.countDown();
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
        threads.shutdownNow();
    }
}
