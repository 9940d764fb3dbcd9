package io.herald.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A customer's webhook: keeps what arrives, and answers 200 or what it was told to answer next. */
public final class Hook implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    public record Arrival(String path, Headers headers, String body) {
        Form form() {
            return Form.parse(body);
        }

        String field(String name) {
            return String.valueOf(form().first(name));
        }

        JsonNode json() {
            return Rig.json(body);
        }
    }

    public Hook() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The next requests are answered with these, then 200 again. */
    public void answer(Integer... next) {
        statuses.addAll(List.of(next));
    }

    /** Answers wait until the latch is open. */
    public CountDownLatch hold() {
        CountDownLatch closed = new CountDownLatch(1);
        gate = closed;
        return closed;
    }

    public Arrival next() {
        try {
            Arrival arrival = arrivals.poll(15, TimeUnit.SECONDS);
            if (arrival == null) {
                throw new AssertionError("no callback came");
            }
            return arrival;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public List<Arrival> next(int count) {
        List<Arrival> next = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            next.add(next());
        }
        return next;
    }

    public boolean isEmpty() {
        return arrivals.isEmpty();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        arrivals.add(new Arrival(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body));
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Integer status = statuses.poll();
        byte[] answer = "seen".getBytes(UTF_8);
        exchange.sendResponseHeaders(status == null ? 200 : status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
