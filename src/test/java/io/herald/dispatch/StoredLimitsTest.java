package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.ProviderAccounts;
import io.herald.channel.Samples;
import io.herald.dispatch.LimitOwner.Setting;
import io.herald.dispatch.LimitOwner.Share;
import io.herald.support.OpenDatabase;
import io.herald.support.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredLimitsTest {
    private static final LimitKey ACCOUNT = new LimitKey(LimitKey.Kind.PROVIDER, "a");
    private static final LimitKey CAMPAIGN = LimitKey.campaign("t", "c");
    private static final LimitKey TENANT = new LimitKey(LimitKey.Kind.TENANT, "t");
    private static final OpenDatabase DB = OpenDatabase.fresh();

    private final TestClock clock = new TestClock();
    private final ProviderAccounts accounts =
            new ProviderAccounts(DB.database(), clock, new ProviderAccounts.AccountDefaults(1000, 128));
    private final StoredLimits limits = new StoredLimits(DB.database(), accounts, clock);

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void empty() {
        DB.update("TRUNCATE limit_setting, provider_account, campaign");
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private Share share(LimitKey key) {
        return now(limits.share(key, 0));
    }

    private void account(@Nullable Double rate) {
        now(accounts.create(Samples.draft("a"), rate, null));
    }

    private static void campaign(String definition) {
        DB.update("""
                INSERT INTO campaign (tenant_id, id, name, status, active, cancelling, definition, through, created_at, updated_at)
                VALUES ('t', 'c', 'n', 'running', true, false, ?::jsonb, 0, now(), now())
                """, definition);
    }

    @Test
    void whatHasNoLimitIsUnlimitedForAMinute() {
        assertThat(share(TENANT))
                .isEqualTo(
                        new Share(Double.POSITIVE_INFINITY, 0, clock.instant().plus(Duration.ofMinutes(1))));
        assertThat(share(CAMPAIGN).ratePerSecond()).isInfinite();
        assertThat(share(ACCOUNT).ratePerSecond()).isInfinite();
    }

    @Test
    void aLimitThatIsSetIsSharedWithItsBurst() {
        now(limits.set(TENANT, new Setting(12.5, 7)));
        assertThat(share(TENANT).ratePerSecond()).isEqualTo(12.5);
        assertThat(share(TENANT).burst()).isEqualTo(7);
        now(limits.set(TENANT, new Setting(3, null)));
        assertThat(share(TENANT).ratePerSecond()).isEqualTo(3);
        assertThat(share(TENANT).burst()).isZero();
    }

    @Test
    void anAccountHasItsOwnRateOrTheUsualOneUntilALimitReplacesIt() {
        account(null);
        assertThat(share(ACCOUNT).ratePerSecond()).isEqualTo(1000);
        now(limits.set(ACCOUNT, new Setting(5000, null)));
        assertThat(share(ACCOUNT).ratePerSecond()).isEqualTo(5000);
        assertThat(accounts.find("a").orElseThrow().ratePerSecond()).isEqualTo(5000);
    }

    @Test
    void aCampaignsOwnRateAndALimitOnItHoldBoth() {
        campaign("{\"rate_per_second\": 20}");
        assertThat(share(CAMPAIGN).ratePerSecond()).isEqualTo(20);
        now(limits.set(CAMPAIGN, new Setting(50, null)));
        assertThat(share(CAMPAIGN).ratePerSecond()).isEqualTo(20);
        now(limits.set(CAMPAIGN, new Setting(5, null)));
        assertThat(share(CAMPAIGN).ratePerSecond()).isEqualTo(5);
    }

    @Test
    void aCampaignsRateIsItsOwnTenants() {
        campaign("{\"rate_per_second\": 20}");
        assertThat(share(LimitKey.campaign("other", "c")).ratePerSecond()).isInfinite();
    }

    @Test
    void aChangeIsInForceWhenItsRefreshHasCompleted() {
        Limits held = new Limits(limits, clock, clock);
        now(limits.set(TENANT, new Setting(10, null)));
        now(held.refresh(TENANT));
        assertThat(held.inForce(TENANT)).hasValue(10);
        now(limits.set(TENANT, new Setting(70, null)));
        now(held.refresh(TENANT));
        assertThat(held.inForce(TENANT)).hasValue(70);
    }

    @Test
    void limitsAreListedByPages() {
        for (LimitKey key : List.of(TENANT, CAMPAIGN, ACCOUNT)) {
            now(limits.set(key, new Setting(1, null)));
        }
        List<StoredLimits.Stored> first = now(limits.list("", "", 2));
        assertThat(first)
                .extracting(StoredLimits.Stored::key)
                .containsExactly(new LimitKey(LimitKey.Kind.CAMPAIGN, "c"), ACCOUNT);
        assertThat(now(limits.list("provider", "a", 2)))
                .extracting(StoredLimits.Stored::key)
                .containsExactly(TENANT);
    }
}
