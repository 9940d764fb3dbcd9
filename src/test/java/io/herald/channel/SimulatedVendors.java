package io.herald.channel;

import io.herald.channel.gupshup.Gupshup;
import io.herald.channel.twilio.Twilio;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.simulator.Faults;
import io.herald.simulator.Hook;
import io.herald.simulator.Simulator;
import io.herald.simulator.SimulatorSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A simulator with these faults, adapters that call it over HTTP, and the place where its callbacks arrive. */
final class SimulatedVendors implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofMillis(800);

    private static final ProviderConnections CONNECTIONS = new ProviderConnections();

    final Simulator simulator;
    final Hook hook = new Hook();

    SimulatedVendors(String faults) {
        simulator = Simulator.start(new SimulatorSettings("127.0.0.1", 0, Faults.parse(faults), null));
        simulator.gupshupCallback(Samples.API_KEY, hook.url("/gupshup"));
        simulator.gupshupCallback("2000191999", hook.url("/gupshup"));
    }

    Adapter twilio() {
        return twilio(Map.of("account_sid", Samples.SID, "auth_token", Samples.TOKEN));
    }

    Adapter twilio(Map<String, String> credentials) {
        ProviderAccount account =
                Samples.account("twilio", Set.of(Channel.SMS), base(), Samples.FROM, credentials, null);
        return new Twilio().open(account, http(), new CallbackUrls(hook.url("")));
    }

    Adapter gupshup() {
        return gupshup(Map.of("api_key", Samples.API_KEY, "userid", "2000191999", "password", "pa ss&word"));
    }

    Adapter gupshup(Map<String, String> credentials) {
        ProviderAccount account =
                Samples.account("gupshup", Set.of(Channel.RCS, Channel.SMS), base(), "ACME", credentials, "token");
        return new Gupshup().open(account, http(), new CallbackUrls(hook.url("")));
    }

    private String base() {
        return "http://127.0.0.1:" + simulator.port();
    }

    private static ProviderHttp http() {
        return new NettyProviderHttp(CONNECTIONS, TIMEOUT);
    }

    static SendRequest sms() {
        return Samples.request(Channel.SMS, Samples.TO, null, Content.text("Hi & bye 😀"), Instant.now());
    }

    static SendRequest rcs(Content content) {
        return Samples.request(Channel.RCS, Samples.TO, null, content, Instant.now());
    }

    static SendResult send(Adapter adapter, SendRequest request) {
        return join(adapter.send(request));
    }

    static LookUp lookUp(Adapter adapter, SendRequest request) {
        return join(adapter.lookUp(request));
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** The next callback as Herald's HTTP edge hands it on. */
    WebhookRequest callback() {
        Hook.Arrival arrival = hook.next();
        List<String> headers = new ArrayList<>();
        arrival.headers()
                .forEach((name, values) -> headers.addAll(List.of(name.toLowerCase(Locale.ROOT), values.getFirst())));
        int at = headers.indexOf("content-type");
        String contentType = at < 0 ? "" : headers.get(at + 1).split(";", 2)[0].strip();
        return Samples.callback(hook.url(arrival.path()), contentType, arrival.body(), headers.toArray(String[]::new));
    }

    @Override
    public void close() {
        simulator.close();
        hook.close();
    }
}
