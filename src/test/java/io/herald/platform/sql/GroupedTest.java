package io.herald.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupedTest {
    private static Database database;

    @BeforeAll
    static void open() {
        database = new Database(TestDatabase.settings(TestDatabase.fresh()));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void whatIsAskedWhileAQueryIsUnderWayGoesTogetherAndEachGetsItsOwnAnswer() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        List<Integer> groups = new CopyOnWriteArrayList<>();
        Grouped<Integer, String> grouped = new Grouped<>(database, 100, Duration.ZERO, (c, questions) -> {
            groups.add(questions.size());
            started.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return questions.stream().map(q -> "a" + q).toList();
        });
        List<CompletableFuture<String>> answers = new ArrayList<>();
        answers.add(grouped.ask(0));
        assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i < 252; i++) {
            answers.add(grouped.ask(i));
        }
        gate.countDown();
        IntStream.range(0, 252)
                .forEach(i -> assertThat(answers.get(i))
                        .succeedsWithin(Duration.ofSeconds(10))
                        .isEqualTo("a" + i));
        assertThat(groups).containsExactly(1, 100, 100, 51);
    }

    @Test
    void whatIsAskedSoonAfterAQueryWaitsForCompany() {
        List<Integer> groups = new CopyOnWriteArrayList<>();
        Grouped<Integer, Integer> grouped = new Grouped<>(database, 100, Duration.ofSeconds(2), (c, questions) -> {
            groups.add(questions.size());
            return questions;
        });
        assertThat(grouped.ask(1)).succeedsWithin(Duration.ofSeconds(1)).isEqualTo(1);
        List<CompletableFuture<Integer>> soon = List.of(grouped.ask(2), grouped.ask(3), grouped.ask(4));
        soon.forEach(answer -> assertThat(answer).succeedsWithin(Duration.ofSeconds(5)));
        assertThat(groups).containsExactly(1, 3);
    }

    @Test
    void aFailureIsItsGroupsAndTheNextGroupWorks() {
        AtomicInteger calls = new AtomicInteger();
        Grouped<Integer, Integer> grouped = new Grouped<>(database, 10, Duration.ZERO, (c, questions) -> {
            if (calls.incrementAndGet() == 1) {
                throw new SQLException("gone", "08006");
            }
            return questions;
        });
        assertThat(grouped.ask(1))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(DatabaseAway.class);
        assertThat(grouped.ask(2)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(2);
    }
}
