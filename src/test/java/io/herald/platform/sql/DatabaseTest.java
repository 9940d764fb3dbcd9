package io.herald.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.support.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static Database database;

    @BeforeAll
    static void open() {
        database = new Database(settings(TestDatabase.fresh()));
        database.runHere(c -> Sql.update(c, "CREATE TABLE thing (id int PRIMARY KEY, at timestamptz)"));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static DatabaseSettings settings(String url) {
        return new DatabaseSettings(url, Path.of("unused"), 3, Duration.ofMillis(600), Duration.ofMillis(400));
    }

    private static void isAway(Database away) {
        CompletableFuture<Long> answer = away.run(c -> 1L).toCompletableFuture();
        assertThat(answer).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(DatabaseAway.class);
    }

    @Test
    void aServerThatRefusesIsAwayWithinTheTimeForAConnection() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Database away = new Database(settings("postgresql://u:p@127.0.0.1:" + port + "/db"))) {
            isAway(away);
        }
    }

    @Test
    void aServerThatNeverAnswersIsAwayWithinTheTimeForAConnection() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Database away = new Database(settings("postgresql://u:p@127.0.0.1:" + mute.getLocalPort() + "/db"))) {
            isAway(away);
        }
    }

    @Test
    void theJournalsOwnConnectionIsGivenUpSoonWhereAServerNeverAnswers() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Database away = new Database(settings("postgresql://u:p@127.0.0.1:" + mute.getLocalPort() + "/db"))) {
            CompletableFuture<Connection> connection = CompletableFuture.supplyAsync(() -> {
                try {
                    return away.dedicated();
                } catch (SQLException e) {
                    throw new CompletionException(e);
                }
            });
            assertThat(connection).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(SQLException.class);
        }
    }

    @Test
    void aPoolThatIsUsedUpCountsAsAwayAndRecovers() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        List<CompletableFuture<Integer>> holders = IntStream.range(0, 3)
                .mapToObj(i -> database.run(c -> {
                            held.countDown();
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return 1;
                        })
                        .toCompletableFuture())
                .toList();
        assertThat(held.await(5, TimeUnit.SECONDS)).isTrue();
        isAway(database);
        release.countDown();
        holders.forEach(holder -> assertThat(holder).succeedsWithin(SOON));
        assertThat(database.run(c -> 1L).toCompletableFuture()).succeedsWithin(SOON);
    }

    @Test
    void aSessionThatTheServerEndsIsAwayAndTheNextOneWorks() {
        assertThatThrownBy(() -> database.runHere(
                        c -> Sql.one(c, "SELECT pg_terminate_backend(pg_backend_pid())", row -> row.getBoolean(1))))
                .isInstanceOf(DatabaseAway.class);
        assertThatThrownBy(() -> database.transactHere(
                        c -> Sql.one(c, "SELECT pg_terminate_backend(pg_backend_pid())", row -> row.getBoolean(1))))
                .isInstanceOf(DatabaseAway.class);
        assertThat(database.<Integer>runHere(c -> 1)).isEqualTo(1);
    }

    @Test
    void aStatementOverItsTimeFailsAndTheDatabaseIsNotAway() {
        assertThatThrownBy(() -> database.runHere(c -> Sql.one(c, "SELECT pg_sleep(5)", row -> 1)))
                .isInstanceOf(SqlFailure.class)
                .hasRootCauseMessage("ERROR: canceling statement due to statement timeout");
    }

    @Test
    void workThatGrowsWithTheDataHasNoBoundOnAStatementsTimeNeitherAtTheServerNorAtTheSocket() {
        String bounds = database.transactAtLength(c -> Sql.one(c, "SHOW statement_timeout", row -> row.getString(1))
                                .orElseThrow()
                        + " " + c.getNetworkTimeout())
                .toCompletableFuture()
                .join();
        assertThat(bounds).isEqualTo("0 0");
        for (int i = 0; i < 3; i++) {
            String usual = database.<String>runHere(
                    c -> Sql.one(c, "SHOW statement_timeout", row -> row.getString(1))
                                    .orElseThrow() + " " + c.getNetworkTimeout());
            assertThat(usual).as("the next one's").isEqualTo("400ms 60000");
        }
    }

    @Test
    void aTransactionIsAllOrNothing() {
        database.transactHere(c -> Sql.update(c, "INSERT INTO thing VALUES (1)"));
        assertThatThrownBy(() -> database.transactHere(c -> {
                    Sql.update(c, "INSERT INTO thing VALUES (2)");
                    return Sql.update(c, "INSERT INTO thing VALUES (1)");
                }))
                .isInstanceOfSatisfying(
                        SqlFailure.class, e -> assertThat(e.isDuplicateKey()).isTrue());
        assertThatThrownBy(() -> database.transactHere(c -> {
                    Sql.update(c, "INSERT INTO thing VALUES (3)");
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(database.<List<Integer>>runHere(c -> Sql.list(c, "SELECT id FROM thing", row -> row.getInt(1))))
                .containsExactly(1);
        assertThat(database.<Boolean>runHere(c -> c.getAutoCommit())).isTrue();
    }

    @Test
    void workRunsOnVirtualThreads() {
        assertThat(database.run(c -> Thread.currentThread().isVirtual()).toCompletableFuture())
                .succeedsWithin(SOON)
                .isEqualTo(true);
    }

    @Test
    void timesComeBackToTheMicrosecondWhateverTheZone() {
        Instant at = Instant.parse("2026-03-29T01:30:00.123456Z");
        database.runHere(c -> Sql.update(c, "INSERT INTO thing VALUES (9, ?)", at));
        assertThat(database.<Instant>runHere(
                        c -> Sql.one(c, "DELETE FROM thing WHERE id = 9 RETURNING at", row -> Sql.instant(row, "at"))
                                .orElseThrow()))
                .isEqualTo(at);
    }

    @Test
    void aSqlExceptionWithoutAStateSpeaksOfTheConnection() {
        assertThat(DatabaseAway.isSaidBy(new SQLException("?"))).isTrue();
        for (String away : List.of("08006", "57P01", "57P03", "53300", "53100")) {
            assertThat(DatabaseAway.isSaidBy(new SQLException("?", away)))
                    .as(away)
                    .isTrue();
        }
        for (String wrong : List.of("23505", "22021", "57014", "40P01", "42601")) {
            assertThat(DatabaseAway.isSaidBy(new SQLException("?", wrong)))
                    .as(wrong)
                    .isFalse();
        }
    }
}
