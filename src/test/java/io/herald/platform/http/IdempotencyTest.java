package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.platform.http.Idempotency.Claim;
import io.herald.support.OpenDatabase;
import io.herald.support.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdempotencyTest {
    private static final byte[] BODY = {1, 2, 3};
    private static final byte[] ANOTHER = {1, 2, 4};
    private static final OpenDatabase DB = OpenDatabase.fresh();

    private final TestClock clock = new TestClock();
    private final Idempotency idempotency = new Idempotency(DB.database(), clock);

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void empty() {
        DB.update("TRUNCATE idempotency");
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Claim claim(byte[] body) {
        return now(idempotency.claim("t", "POST /messages", "key", body));
    }

    private void answer() {
        now(idempotency.answered("t", "POST /messages", "key", 202, "{\"id\":\"ü\"}"));
    }

    @Test
    void theSameRequestGetsTheFirstAnswerAgainAndAnotherIsTold() {
        assertThat(claim(BODY)).isInstanceOf(Claim.Fresh.class);
        assertThat(claim(BODY)).isEqualTo(new Claim.UnderWay());
        assertThat(claim(ANOTHER)).isEqualTo(new Claim.Different());
        answer();
        assertThat(claim(BODY)).isEqualTo(new Claim.Answered(202, "{\"id\":\"ü\"}"));
        assertThat(claim(ANOTHER)).isEqualTo(new Claim.Different());
    }

    @Test
    void tenantsAndRoutesHaveKeysOfTheirOwn() {
        claim(BODY);
        assertThat(now(idempotency.claim("u", "POST /messages", "key", BODY))).isInstanceOf(Claim.Fresh.class);
        assertThat(now(idempotency.claim("t", "POST /campaigns", "key", BODY))).isInstanceOf(Claim.Fresh.class);
        assertThat(now(idempotency.claim("t", "POST /messages", "key2", BODY))).isInstanceOf(Claim.Fresh.class);
    }

    @Test
    void aRefusedRequestsKeyMayBeUsedAgainAndAnAnsweredOnesIsKept() {
        claim(BODY);
        now(idempotency.released("t", "POST /messages", "key"));
        assertThat(claim(ANOTHER)).isInstanceOf(Claim.Fresh.class);
        answer();
        now(idempotency.released("t", "POST /messages", "key"));
        assertThat(claim(ANOTHER)).isInstanceOf(Claim.Answered.class);
    }

    @Test
    void ofManyAtOnceOneIsFresh() {
        List<CompletableFuture<Claim>> claims = IntStream.range(0, 40)
                .mapToObj(i ->
                        idempotency.claim("t", "POST /messages", "key", BODY).toCompletableFuture())
                .toList();
        assertThat(claims.stream().map(CompletableFuture::join).filter(c -> c instanceof Claim.Fresh))
                .hasSize(1);
    }

    @Test
    void whatItsNodeNeverAnsweredMayBeTakenOverAfterAMinuteAsTheSame() {
        Claim first = claim(BODY);
        clock.advance(Duration.ofSeconds(59));
        assertThat(claim(BODY)).isEqualTo(new Claim.UnderWay());
        clock.advance(Duration.ofSeconds(2));
        assertThat(claim(BODY)).isInstanceOf(Claim.Fresh.class).isEqualTo(first);
        assertThat(claim(ANOTHER)).isEqualTo(new Claim.Different());
    }

    @Test
    void answersAreKeptForADayAndTheNextUseIsAnother() {
        Claim first = claim(BODY);
        answer();
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        assertThat(claim(BODY)).isInstanceOf(Claim.Answered.class);
        assertThat(now(idempotency.purge())).isZero();
        clock.advance(Duration.ofSeconds(2));
        assertThat(claim(ANOTHER)).isInstanceOf(Claim.Fresh.class).isNotEqualTo(first);
        clock.advance(Duration.ofHours(25));
        assertThat(now(idempotency.purge())).isEqualTo(1);
    }
}
