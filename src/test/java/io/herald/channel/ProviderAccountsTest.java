package io.herald.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.support.OpenDatabase;
import io.herald.support.TestClock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is held in memory is what was committed, whatever is read and written side by side. */
class ProviderAccountsTest {
    private static final OpenDatabase DB = OpenDatabase.fresh();

    private final TestClock clock = new TestClock();
    private final ProviderAccounts accounts =
            new ProviderAccounts(DB.database(), clock, new ProviderAccounts.AccountDefaults(1000, 128));

    @AfterAll
    static void close() {
        DB.close();
    }

    @AfterEach
    void atTheCommitNothingMoreHappens() {
        DB.update("DROP TRIGGER IF EXISTS at_the_commit ON provider_account");
    }

    private static void atTheCommit(String plpgsql) {
        DB.update("CREATE OR REPLACE FUNCTION at_the_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + plpgsql
                + "; RETURN NULL; END $$");
        DB.update("""
                CREATE CONSTRAINT TRIGGER at_the_commit AFTER INSERT OR UPDATE ON provider_account
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_the_commit()
                """);
    }

    private CompletableFuture<Optional<ProviderAccount>> create(String id) {
        return accounts.create(Samples.draft(id), null, null).toCompletableFuture();
    }

    @Test
    void anAccountIsThereOnceItIsMadeThoughTheAccountsAreReadMeanwhile() {
        atTheCommit("PERFORM pg_sleep(0.5)");
        CompletableFuture<Optional<ProviderAccount>> made = create("slow");
        while (!made.isDone()) {
            accounts.refresh().toCompletableFuture().join();
        }
        assertThat(made.join()).isPresent();
        assertThat(accounts.find("slow")).isPresent();
    }

    @Test
    void anAccountThatIsNotCommittedIsNotThere() {
        atTheCommit("RAISE EXCEPTION 'no'");
        assertThatThrownBy(() -> create("refused").join()).hasMessageContaining("no");
        assertThat(accounts.find("refused")).isEmpty();
    }

    @Test
    void aChangeIsThereOnceItIsAnswered() {
        create("changed").join();
        atTheCommit("PERFORM pg_sleep(0.5)");
        CompletableFuture<Optional<ProviderAccount>> changed =
                accounts.change("changed", null, "+14155550100", null, 7).toCompletableFuture();
        while (!changed.isDone()) {
            accounts.refresh().toCompletableFuture().join();
        }
        assertThat(changed.join()).map(ProviderAccount::sender).contains("+14155550100");
        assertThat(accounts.find("changed")).map(ProviderAccount::maxConcurrent).contains(7);
    }
}
