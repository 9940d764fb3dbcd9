package io.herald.loadtest;

import static io.gatling.javaapi.core.CoreDsl.ElFileBody;
import static io.gatling.javaapi.core.CoreDsl.csv;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Single messages, each to another person and with another text, a quarter of them with an idempotency key. */
final class MessageRequests {
    static final String NAME = "POST /api/v1/messages";

    private static final double WITH_KEY_PERCENT = 25;

    /** An order's number is its person's as well. */
    private final AtomicLong orders = new AtomicLong();

    private final String account;
    private final Supplier<String> key;

    /** @param key of the tenant, asked for with each request, because there is none before the simulation begins */
    MessageRequests(String account, Supplier<String> key) {
        this.account = account;
        this.key = key;
    }

    ChainBuilder chain(String prefix) {
        HttpRequestActionBuilder post = http(prefix + NAME)
                .post("/api/v1/messages")
                .header("X-API-Key", session -> key.get())
                .header("Content-Type", "application/json")
                .body(ElFileBody("message.json"))
                .check(status().is(202), jsonPath("$.status").is("queued"));
        return feed(csv("people.csv").random())
                .feed(numbered())
                .randomSwitchOrElse()
                .on(percent(WITH_KEY_PERCENT).then(exec(post.header("Idempotency-Key", "#{randomUuid()}"))))
                .orElse(exec(post));
    }

    private Iterator<Map<String, Object>> numbered() {
        return Stream.generate(orders::getAndIncrement)
                .<Map<String, Object>>map(
                        order -> Map.of("phone", Numbers.of(order), "order", "A-" + order, "account", account))
                .iterator();
    }
}
