package io.herald.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.net.URI;
import java.time.Duration;

/**
 * How hard Herald is driven, and where it is. Users come at a rate of their own, however slow the answers are; each sends one
 * request. They come slowly at first, under names that begin with {@code warm-up}, which no assertion looks at: the JVM's
 * compiler needs two minutes on cores that are busy with other things.
 *
 * @param herald scheme, host and port, as is {@code simulator}
 * @param rate requests a second
 * @param campaignRate messages a second of the campaign beside them
 */
record Load(
        URI herald, URI simulator, String adminKey, int rate, Duration duration, Duration warmUp, int campaignRate) {
    private static final String WARM_UP = "warm-up: ";

    Load {
        if (rate < 10 || duration.toSeconds() < 1 || warmUp.toSeconds() < 1 || campaignRate < 1) {
            throw new IllegalArgumentException("rate from 10, duration, warmUp and campaignRate from 1");
        }
    }

    static Load fromProperties() {
        String adminKey = System.getenv("HERALD_ADMIN_KEY");
        if (adminKey == null) {
            throw new IllegalStateException("HERALD_ADMIN_KEY is not set");
        }
        return new Load(
                URI.create(System.getProperty("herald", "http://127.0.0.1:8080")),
                URI.create(System.getProperty("simulator", "http://127.0.0.1:9090")),
                adminKey,
                number("rate", 1000),
                Duration.ofSeconds(number("duration", 60)),
                Duration.ofSeconds(number("warmUp", 120)),
                number("campaignRate", 1000));
    }

    private static int number(String property, int otherwise) {
        return Integer.parseInt(System.getProperty(property, Integer.toString(otherwise)));
    }

    /** Connections are kept and shared, as a platform's backend and a provider do it. */
    HttpProtocolBuilder protocol() {
        return http.baseUrl(herald.toString()).shareConnections();
    }

    /** @param share of {@code rate} */
    PopulationBuilder warmUp(String name, double share, ChainOf chain) {
        return scenario(WARM_UP + name)
                .exec(chain.named(WARM_UP))
                .injectOpen(rampUsersPerSec(rate * share / 10).to(rate * share).during(warmUp));
    }

    /** What follows the warm-up, and is judged. */
    PopulationBuilder measured(String name, double share, ChainOf chain) {
        return scenario(name)
                .exec(chain.named(""))
                .injectOpen(
                        nothingFor(warmUp), constantUsersPerSec(rate * share).during(duration));
    }

    /** From the first request on. */
    Duration length() {
        return warmUp.plus(duration);
    }

    /** How many users the warm-up has; one more than that, so that nothing runs out. */
    int warmUpUsers() {
        return (int) Math.ceil(rate * 0.55 * warmUp.toSeconds()) + 1;
    }

    int measuredUsers() {
        return (int) (rate * duration.toSeconds());
    }

    /** Requests whose names all begin with the same. */
    @FunctionalInterface
    interface ChainOf {
        ChainBuilder named(String prefix);
    }
}
