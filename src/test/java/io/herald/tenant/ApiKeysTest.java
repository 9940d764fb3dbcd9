package io.herald.tenant;

import static io.herald.support.TestStore.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.platform.http.Access;
import io.herald.platform.http.Principal;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseAway;
import io.herald.support.FreePort;
import io.herald.support.TestDatabase;
import io.herald.support.TestStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of tenants and the administrator's, against real PostgreSQL. */
class ApiKeysTest {
    private static final Instant NOW = Instant.parse("2024-01-15T12:30:00Z");
    private static final String ADMINISTRATOR = "the-administrators-key";
    private static final Tiers TIERS = new Tiers(Map.of("free", 60, "premium", 1000), "free");

    @SuppressWarnings("NullAway.Init")
    private static TestStore store;

    private final ApiKeys keys = open(store.database);
    private final Tenants tenants = new Tenants(store.database, () -> NOW);

    @BeforeAll
    static void open() {
        store = new TestStore();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static ApiKeys open(Database database) {
        return new ApiKeys(database, TIERS, () -> NOW, ApiKeys.hash(ADMINISTRATOR));
    }

    private ApiKeys.Issued issue(Role role, String tier) {
        Tenant tenant = join(tenants.create("Acme", tier));
        return join(keys.issue(tenant.id(), "CI", role));
    }

    private Optional<Principal> of(String key) {
        return join(keys.of(key));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void aKeyOpensItsTenantWithItsRoleAndTier(Role role) {
        ApiKeys.Issued issued = issue(role, "premium");
        assertThat(issued.key()).matches("hk_[0-9a-z]{16}_[0-9a-z]{32}");
        assertThat(of(issued.key()))
                .contains(new Principal.TenantKey(
                        issued.apiKey().tenantId(), issued.apiKey().id(), role.access(), 1000));
    }

    @Test
    void aRoleMayDoWhatTheOneBeforeMay() {
        assertThat(Role.values()).containsExactly(Role.VIEWER, Role.SENDER, Role.OPERATOR, Role.ADMIN);
        assertThat(List.of(Role.values()).stream().map(Role::access))
                .containsExactly(Access.VIEWER, Access.SENDER, Access.OPERATOR, Access.TENANT_ADMIN);
        for (Role role : Role.values()) {
            assertThat(Role.of(role.wire())).isEqualTo(role);
        }
    }

    @Test
    void onlyAHashIsKept() {
        ApiKeys.Issued issued = issue(Role.ADMIN, "free");
        String secret = issued.key().substring(20);
        String row = store.texts(
                        "SELECT api_key::text FROM api_key WHERE id = ?",
                        issued.apiKey().id())
                .getFirst();
        assertThat(row).doesNotContain(secret);
        assertThat(row).contains(HexFormat.of().formatHex(ApiKeys.hash(issued.key())));
        assertThat(issued.apiKey().toString()).doesNotContain(secret);
    }

    @Test
    void aHashIsSha256() {
        assertThat(HexFormat.of().formatHex(ApiKeys.hash("abc")))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aWrongSecretOpensNothing() {
        String key = issue(Role.ADMIN, "free").key();
        char last = key.charAt(51);
        assertThat(of(key.substring(0, 51) + (last == 'a' ? 'b' : 'a'))).isEmpty();
        assertThat(of(key.substring(0, 20) + "0".repeat(32))).isEmpty();
        assertThat(of(key.toUpperCase(java.util.Locale.ROOT))).isEmpty();
        assertThat(of(key)).as("the right one still does").isPresent();
    }

    @Test
    void oneKeysSecretDoesNotOpenAnother() {
        String one = issue(Role.ADMIN, "free").key();
        String other = issue(Role.ADMIN, "free").key();
        assertThat(of(one.substring(0, 20) + other.substring(20))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hk_",
                "hk_0123456789abcdef_0123456789abcdefghjkmnpqrstvwxyz0",
                "hk_0123456789abcdef-0123456789abcdefghjkmnpqrstvwxyz",
                "xx_0123456789abcdef_0123456789abcdefghjkmnpqrstvwxy0",
                "hk_' OR 1=1 --12345_0123456789abcdefghjkmnpqrstvwxy0",
                "hk_0123456789abcd\u0000f_0123456789abcdefghjkmnpqrstvwxy0",
                "the-administrators-key ",
                "The-administrators-key"
            })
    void whatIsNoKeyOpensNothing(String key) {
        assertThat(of(key)).isEmpty();
    }

    @Test
    void aRevokedKeyOpensNothingAtOnce() {
        ApiKeys.Issued issued = issue(Role.ADMIN, "free");
        assertThat(of(issued.key())).isPresent();
        assertThat(join(keys.revoke(issued.apiKey().tenantId(), issued.apiKey().id())))
                .isTrue();
        assertThat(of(issued.key())).isEmpty();
        assertThat(join(keys.list(issued.apiKey().tenantId())).getFirst().revokedAt())
                .isEqualTo(NOW);
    }

    @Test
    void aKeyIsRevokedByItsOwnTenantOnly() {
        ApiKeys.Issued issued = issue(Role.ADMIN, "free");
        assertThat(join(keys.revoke("another", issued.apiKey().id()))).isFalse();
        assertThat(join(keys.revoke(issued.apiKey().tenantId(), "another"))).isFalse();
        assertThat(of(issued.key())).isPresent();
        assertThat(join(keys.list("another"))).isEmpty();
    }

    @Test
    void theAdministratorsKeyIsNoTenants() {
        assertThat(of(ADMINISTRATOR)).contains(new Principal.Administrator());
    }

    @Test
    void withoutADatabaseNobodyIsTakenForAStranger() {
        try (Database away =
                new Database(TestDatabase.settings("postgresql://x:x@127.0.0.1:" + FreePort.probe() + "/x"))) {
            ApiKeys blind = open(away);
            assertThatThrownBy(() -> join(blind.of("hk_0123456789abcdef_0123456789abcdefghjkmnpqrstvwxy0")))
                    .hasCauseInstanceOf(DatabaseAway.class);
            assertThat(join(blind.of(ADMINISTRATOR))).isPresent();
        }
    }

    @Test
    void aLookUpThatFailsIsNoLineInAnybodysLog() {
        List<LogRecord> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try (Database away =
                new Database(TestDatabase.settings("postgresql://x:x@127.0.0.1:" + FreePort.probe() + "/x"))) {
            ApiKeys blind = open(away);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> join(blind.of("hk_0123456789abcdef_0123456789abcdefghjkmnpqrstvwxy0")))
                        .hasCauseInstanceOf(DatabaseAway.class);
            }
        } finally {
            root.removeHandler(handler);
        }
        assertThat(logged).extracting(LogRecord::getMessage).isEmpty();
    }

    @Test
    void aTenantsChangeIsSeenByItsKeys() {
        ApiKeys.Issued issued = issue(Role.VIEWER, "free");
        join(tenants.change(issued.apiKey().tenantId(), null, "premium"));
        assertThat(join(tenants.find(issued.apiKey().tenantId())).orElseThrow().name())
                .isEqualTo("Acme");
        assertThat(of(issued.key()).orElseThrow())
                .isInstanceOfSatisfying(
                        Principal.TenantKey.class,
                        key -> assertThat(key)
                                .isEqualTo(new Principal.TenantKey(
                                        issued.apiKey().tenantId(),
                                        issued.apiKey().id(),
                                        Access.VIEWER,
                                        1000)));
    }

    @Test
    void aConfiguredAdministratorsKeyIsTaken() {
        AdministratorKey key = join(AdministratorKey.ensure(store.database, "configured"));
        assertThat(key.hash()).isEqualTo(ApiKeys.hash("configured"));
        assertThat(key.madeUp()).isNull();
    }

    @Test
    void theFirstStartMakesAKeyAndShowsItOnce() {
        try (TestStore fresh = new TestStore()) {
            AdministratorKey first = join(AdministratorKey.ensure(fresh.database, " "));
            AdministratorKey second = join(AdministratorKey.ensure(fresh.database, ""));
            String shown = String.valueOf(first.madeUp());
            assertThat(shown).matches("ha_[0-9a-z]{32}");
            assertThat(first.hash()).isEqualTo(ApiKeys.hash(shown));
            assertThat(second.madeUp()).isNull();
            assertThat(second.hash()).isEqualTo(first.hash());
            assertThat(fresh.texts("SELECT value FROM setting").getFirst().getBytes(StandardCharsets.UTF_8))
                    .isEqualTo(HexFormat.of().formatHex(first.hash()).getBytes(StandardCharsets.UTF_8));
        }
    }
}
