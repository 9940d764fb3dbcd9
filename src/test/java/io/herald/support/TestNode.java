package io.herald.support;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.Application;
import io.herald.simulator.Faults;
import io.herald.simulator.Simulator;
import io.herald.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A node in this process, over a database of its own and on a free port. Most tests take the {@link #shared} one and a new
 * {@link #customer} in it; who needs other settings starts another.
 */
public final class TestNode implements AutoCloseable {
    public static final String ADMINISTRATOR = "the-administrators-key-of-the-tests";

    /** The setting that makes a node share another's database. */
    public static final String DATABASE = "herald.db.url";

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Application application;
    private final String databaseUrl;

    private TestNode(Application application, String databaseUrl) {
        this.application = application;
        this.databaseUrl = databaseUrl;
    }

    /** The one of the whole test run. */
    public static TestNode shared() {
        return Shared.NODE;
    }

    /** @param more settings that are not the usual ones */
    public static TestNode start(Map<String, ?> more) {
        return start(more, null);
    }

    /** @param clock absent: the usual one */
    public static TestNode start(Map<String, ?> more, @Nullable InstantSource clock) {
        String url = String.valueOf(more.containsKey(DATABASE) ? more.get(DATABASE) : TestDatabase.fresh());
        int port = freePort();
        Map<String, Object> settings = new HashMap<>(Map.of(
                "herald.http.host",
                "127.0.0.1",
                "herald.http.port",
                port,
                "herald.http.public-url",
                "http://127.0.0.1:" + port,
                "herald.cluster.port",
                0,
                DATABASE,
                url,
                "herald.admin-key",
                ADMINISTRATOR));
        settings.putAll(more);
        Config config =
                ConfigFactory.load(ConfigFactory.parseMap(settings).withFallback(ConfigFactory.defaultApplication()));
        Application application =
                clock == null ? Application.start(config, List.of()) : Application.start(config, List.of(), clock);
        return new TestNode(application, url);
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return application.httpPort();
    }

    public Application application() {
        return application;
    }

    /** For a test to look behind the API. */
    public String databaseUrl() {
        return databaseUrl;
    }

    /** Without a key. */
    public Api anyone() {
        return new Api("http://127.0.0.1:" + port(), null);
    }

    public Api administrator() {
        return anyone().with(ADMINISTRATOR);
    }

    /** A new tenant with a key that may do everything. */
    public Customer customer() {
        return customer("unlimited");
    }

    public Customer customer(String tier) {
        String name = "Customer " + NAMES.incrementAndGet();
        String id = administrator()
                .post("/admin/tenants", Api.write(Map.of("name", name, "tier", tier)))
                .expect(201)
                .at("/id");
        return new Customer(this, id, key(id, "admin"));
    }

    /** A new key of a tenant. */
    public Api key(String tenant, String role) {
        String key = administrator()
                .post("/admin/tenants/" + tenant + "/api-keys", Api.write(Map.of("name", role, "role", role)))
                .expect(201)
                .at("/key");
        return anyone().with(key);
    }

    /** Vendors that behave as these faults say, until they are closed. */
    public static Simulator simulator(String faults) {
        return Simulator.start(new SimulatorSettings("127.0.0.1", 0, Faults.parse(faults), null));
    }

    @Override
    public void close() {
        application.close();
    }

    private static final class Shared {
        static final TestNode NODE = start();

        private static TestNode start() {
            TestNode node = TestNode.start(Map.of());
            Runtime.getRuntime().addShutdownHook(new Thread(node::close, "stop the shared node"));
            return node;
        }
    }
}
