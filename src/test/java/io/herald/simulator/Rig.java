package io.herald.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A simulator on a free port and a client that knows nothing of it but the vendors' formats. */
final class Rig implements AutoCloseable {
    static final String SID = "AC00000000000000000000000000000001";
    static final String TOKEN = "0123456789abcdef0123456789abcdef";
    static final String FROM = "+15005550006";
    static final String TO = "+14155550100";
    static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Simulator simulator;
    final String base;

    Rig(String faults) {
        this(new SimulatorSettings("127.0.0.1", 0, Faults.parse(faults), null));
    }

    Rig(SimulatorSettings settings) {
        simulator = Simulator.start(settings);
        base = "http://127.0.0.1:" + simulator.port();
    }

    /** A Twilio send to {@link #TO} from {@link #FROM}, with these fields besides or instead. */
    HttpResponse<String> sms(String... namesAndValues) {
        return call(smsRequest(namesAndValues));
    }

    HttpRequest smsRequest(String... namesAndValues) {
        return twilioRequest(SID, SID, TOKEN, smsForm(namesAndValues));
    }

    static String smsForm(String... namesAndValues) {
        String defaults = "";
        for (String[] pair : new String[][] {{"To", TO}, {"From", FROM}, {"Body", "Hi"}}) {
            if (IntStream.range(0, namesAndValues.length / 2).noneMatch(i -> namesAndValues[2 * i].equals(pair[0]))) {
                defaults += form(pair) + "&";
            }
        }
        return defaults + form(namesAndValues);
    }

    HttpRequest twilioRequest(String account, String user, String password, String form) {
        return HttpRequest.newBuilder(URI.create(base + "/2010-04-01/Accounts/" + account + "/Messages.json"))
                .header("Authorization", basic(user, password))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    HttpResponse<String> twilioGet(String path) {
        return call(HttpRequest.newBuilder(URI.create(base + "/2010-04-01/Accounts/" + SID + path))
                .header("Authorization", basic(SID, TOKEN))
                .build());
    }

    HttpResponse<String> rcs(String apiKey, String body) {
        return call(HttpRequest.newBuilder(URI.create(base + "/wa/api/v1/msg"))
                .header("apikey", apiKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> gateway(String... namesAndValues) {
        return call(HttpRequest.newBuilder(URI.create(base + "/GatewayAPI/rest"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(namesAndValues)))
                .build());
    }

    HttpResponse<String> control(String method, String path, String body) {
        return call(HttpRequest.newBuilder(URI.create(base + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> call(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<HttpResponse<String>> begin(HttpRequest request) {
        return HTTP.sendAsync(request, BodyHandlers.ofString());
    }

    AuditSummary.Account account(String account) {
        AuditSummary.Account found = simulator.summary().accounts().get(account);
        if (found == null) {
            throw new AssertionError("the audit has no account " + account + ": " + simulator.summary());
        }
        return found;
    }

    /** A client's bytes of a Twilio send, for sockets. */
    static byte[] smsBytes() {
        String form = smsForm();
        return ("POST /2010-04-01/Accounts/" + SID + "/Messages.json HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                        + basic(SID, TOKEN) + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                        + form.length() + "\r\n\r\n" + form)
                .getBytes(UTF_8);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    static String form(String... namesAndValues) {
        return IntStream.range(0, namesAndValues.length / 2)
                .mapToObj(i -> URLEncoder.encode(namesAndValues[2 * i], UTF_8) + "="
                        + URLEncoder.encode(namesAndValues[2 * i + 1], UTF_8))
                .collect(Collectors.joining("&"));
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    @Override
    public void close() {
        simulator.close();
    }
}
