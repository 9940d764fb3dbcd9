package io.herald.contact;

import static io.herald.support.TestStore.join;
import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import io.herald.contact.Contacts.Contact;
import io.herald.contact.Imports.Import;
import io.herald.contact.Imports.RowError;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.support.TestDatabase;
import io.herald.support.TestStore;
import io.herald.support.Until;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Uploads become contacts, against real PostgreSQL. */
class ImportsTest {
    private static final String ANN = "+14155550100";
    private static final String BOB = "+14155550101";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger TENANTS = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static TestStore store;

    private Instant now = Instant.parse("2024-01-15T12:30:00Z");
    private final Imports imports = new Imports(store.database, () -> now);
    private final Contacts contacts = new Contacts(store.database);
    private final String tenant = "t" + TENANTS.incrementAndGet();

    @BeforeAll
    static void open() {
        store = new TestStore();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private Import ended(String id) {
        Until.holds(() -> "ended: " + find(id), PATIENCE, () -> find(id).endedAt() != null);
        return find(id);
    }

    private Import find(String id) {
        return join(imports.find(tenant, id)).orElseThrow();
    }

    private Import csv(String id, String... lines) {
        imports.receive(tenant, id, ImportFormat.CSV, null, stream(String.join("\n", lines)));
        return ended(id);
    }

    private Import ndjson(String id, String... lines) {
        imports.receive(tenant, id, ImportFormat.NDJSON, null, stream(String.join("\n", lines)));
        return ended(id);
    }

    private List<Contact> people() {
        return join(contacts.list(tenant, Optional.empty(), 0, 1000));
    }

    private Contact person(String address) {
        List<Contact> found = join(contacts.list(tenant, Optional.of(address), 0, 10));
        assertThat(found).as(address).hasSize(1);
        return found.getFirst();
    }

    private List<RowError> errors(String id) {
        return join(imports.errors(tenant, id, 0, 100));
    }

    private List<String> members(String id) {
        return store.texts("""
                SELECT coalesce(phone, email) FROM contact_import_member m JOIN contact c
                    ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
                WHERE m.tenant_id = ? AND m.import_id = ? ORDER BY 1
                """, tenant, id);
    }

    @Test
    void everyRowIsAcceptedMergedOrRejected() {
        Import done = csv(
                "i1",
                "phone,email,name",
                ANN + ",ann@example.com,Ann",
                "nonsense,,X",
                ANN + ",,Anna",
                ",carl@example.com,Carl",
                ",bad address,Dora");
        assertThat(done.status()).isEqualTo("completed");
        assertThat(done.rows()).isEqualTo(5);
        assertThat(done.accepted()).isEqualTo(2);
        assertThat(done.merged()).isEqualTo(1);
        assertThat(done.rejected()).isEqualTo(2);
        assertThat(done.endedAt()).isEqualTo(now);
        assertThat(errors("i1"))
                .containsExactly(
                        new RowError(3, "phone", "needs the international form, with + and country code"),
                        new RowError(6, "email", "is no e-mail address"));
        assertThat(people()).extracting(Contact::phone).containsExactly(ANN, null);
    }

    @Test
    void laterRowsWinWithTheAttributesTheyHave() {
        ndjson(
                "i1",
                "{\"phone\":\"" + ANN + "\",\"name\":\"Ann\",\"city\":\"Bonn\",\"age\":40}",
                "{\"phone\":\"" + ANN + "\",\"name\":\"Anna\",\"vip\":true}",
                "{\"phone\":\"" + ANN + "\",\"name\":\"Anne\",\"email\":\"Anne@Example.com\"}");
        assertThat(person(ANN).attributes())
                .isEqualTo(Map.of("name", "Anne", "city", "Bonn", "age", "40", "vip", "true"));
        assertThat(person(ANN).email()).isEqualTo("anne@example.com");
        assertThat(people()).hasSize(1);
    }

    @Test
    void ofSeveralEMailAddressesTheLastIsKept() {
        csv("i1", "phone,email", ANN + ",a@example.com", ANN + ",b@example.com", ANN + ",c@example.com", ANN + ",");
        assertThat(person(ANN).email()).isEqualTo("c@example.com");
    }

    @Test
    void aLaterUploadAddsToWhoIsThere() {
        csv("i1", "phone,email,name,city", ANN + ",ann@example.com,Ann,Bonn");
        Contact before = person(ANN);
        now = now.plusSeconds(60);
        Import second = csv("i2", "phone,name", ANN + ",Anna", BOB + ",Bob");
        Contact after = person(ANN);
        assertThat(second.accepted()).isEqualTo(2);
        assertThat(second.merged()).isZero();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.attributes()).isEqualTo(Map.of("name", "Anna", "city", "Bonn"));
        assertThat(after.email()).as("a row without an address takes none away").isEqualTo("ann@example.com");
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isEqualTo(now);
    }

    @Test
    void anEMailAddressIsTheKeyWhereThereIsNoNumber() {
        csv("i1", "email,name", "ann@example.com,Ann", "ANN@example.com,Anna");
        csv("i2", "email,city", "Ann@Example.com,Bonn");
        assertThat(people()).hasSize(1);
        assertThat(person("ann@example.com").attributes()).isEqualTo(Map.of("name", "Anna", "city", "Bonn"));
    }

    @Test
    void aNumberInAnySpellingIsOnePerson() {
        csv("i1", "phone,name", ANN + ",A", "+1 (415) 555-0100,B", "+1-415-555-0100,C");
        assertThat(people()).hasSize(1);
        assertThat(person(ANN).attributes()).containsEntry("name", "C");
    }

    @Test
    void twoPeopleMayShareAnEMailAddress() {
        csv("i1", "phone,email,name", ANN + ",home@example.com,Ann", BOB + ",home@example.com,Bob");
        assertThat(people()).extracting(Contact::phone).containsExactly(ANN, BOB);
    }

    @Test
    void anImportKnowsItsOwnPeopleOnly() {
        csv("i1", "phone,email", ANN + ",", ",carl@example.com");
        csv("i2", "phone,email", ANN + ",", BOB + ",");
        assertThat(members("i1")).containsExactly(ANN, "carl@example.com");
        assertThat(members("i2")).containsExactly(ANN, BOB);
    }

    @Test
    void tenantsDoNotSeeEachOther() {
        csv("i1", "phone,name", ANN + ",Ann");
        imports.receive(tenant + "x", "i1", ImportFormat.CSV, null, stream("phone,name\n" + ANN + ",Other"));
        Until.holds(
                "merged",
                PATIENCE,
                () -> join(imports.find(tenant + "x", "i1")).orElseThrow().isCompleted());
        assertThat(person(ANN).attributes()).containsEntry("name", "Ann");
        assertThat(join(imports.find(tenant + "y", "i1"))).isEmpty();
        assertThat(join(imports.errors(tenant + "y", "i1", 0, 10))).isEmpty();
    }

    @Test
    void anUploadThatCannotBeReadMergesNothing() {
        Import failed = ndjson("i1", "{\"phone\":\"" + ANN + "\"}", "x".repeat((1 << 20) + 1));
        assertThat(failed.status()).isEqualTo("failed");
        assertThat(failed.failure()).isEqualTo("a line has more than 1048576 characters");
        assertThat(people()).isEmpty();
        assertThat(store.count("SELECT count(*) FROM contact_import_row WHERE tenant_id = ?", tenant))
                .isZero();
    }

    @Test
    void anUploadThatBreaksOffMergesNothing() {
        InputStream broken = new SequenceInputStream(stream("phone\n" + ANN + "\n"), new Acting(() -> {
            throw new IOException("the connection is gone");
        }));
        imports.receive(tenant, "i1", ImportFormat.CSV, null, broken);
        assertThat(ended("i1").status()).isEqualTo("failed");
        assertThat(ended("i1").failure()).isEqualTo("the upload broke off");
        assertThat(people()).isEmpty();
    }

    @Test
    void anUploadRepeatedUnderItsIdStartsAfresh() {
        assertThat(ndjson("i1", "{\"phone\":\"" + ANN + "\"}", "x", "y".repeat((1 << 20) + 1))
                        .failure())
                .isNotNull();
        Import again = csv("i1", "phone", BOB);
        assertThat(again.rows()).isEqualTo(1);
        assertThat(again.accepted()).isEqualTo(1);
        assertThat(again.rejected()).isZero();
        assertThat(again.failure()).isNull();
        assertThat(errors("i1")).isEmpty();
        csv("i1", "phone", ANN);
        assertThat(members("i1")).containsExactly(ANN);
    }

    @Test
    void whatNoDatabaseHoldsIsABadRowNotAFailure() {
        imports.receive(
                tenant,
                "i1",
                ImportFormat.JSON,
                null,
                stream("[{\"a\\u0000\":\"b\\u0000\",\"phone\":\"" + ANN + "\"},{\"phone\":\"" + BOB + "\"}]"));
        Import done = ended("i1");
        assertThat(done.status()).isEqualTo("completed");
        assertThat(done.rejected()).isEqualTo(1);
        assertThat(people()).extracting(Contact::phone).containsExactly(BOB);
    }

    @Test
    void attributesMayHoldAnyText() {
        ndjson("i1", "{\"phone\":\"" + ANN + "\",\"note\":\"'; DROP TABLE contact; -- \\\\ \\\" 😀 {{x}} $1 ?\"}");
        assertThat(person(ANN).attributes()).containsEntry("note", "'; DROP TABLE contact; -- \\ \" 😀 {{x}} $1 ?");
    }

    @Test
    void aHundredThousandRowsOfWhichAThirdAreTwins() {
        int rows = 100_000;
        String text = IntStream.range(0, rows)
                .mapToObj(i -> "+1415%07d,N%d".formatted(4_000_000 + i % 66_667, i))
                .collect(Collectors.joining("\n", "phone,name\n", "\n"));
        Import done = csv("i1", text);
        assertThat(done.rows()).isEqualTo(rows);
        assertThat(done.accepted() + done.merged() + done.rejected()).isEqualTo(rows);
        assertThat(done.rejected()).isZero();
        assertThat(done.accepted()).isEqualTo(66_667);
        assertThat(store.count("SELECT count(*) FROM contact WHERE tenant_id = ?", tenant))
                .isEqualTo(66_667);
        assertThat(person("+14154000000").attributes())
                .as("of two rows the later")
                .containsEntry("name", "N66667");
        assertThat(person("+14154050000").attributes()).as("the only one").containsEntry("name", "N50000");
    }

    @Test
    void whatTheLastProcessLeftIsTakenUp() {
        store.execute(
                "INSERT INTO contact_import (tenant_id, id, status, rows, created_at) VALUES (?, 'i1', 'merging', 1, ?)",
                tenant,
                now);
        store.execute(
                "INSERT INTO contact_import_row VALUES (?, 'i1', 2, ?, NULL, '{\"name\":\"Ann\"}'::jsonb)",
                tenant,
                ANN);
        store.execute(
                "INSERT INTO contact_import (tenant_id, id, status, created_at) VALUES (?, 'i2', 'receiving', ?)",
                tenant,
                now.minusSeconds(1));
        store.execute(
                "INSERT INTO contact_import (tenant_id, id, status, created_at) VALUES (?, 'i3', 'receiving', ?)",
                tenant,
                now.plusSeconds(1));
        join(imports.recover(now));
        assertThat(ended("i1").accepted()).isEqualTo(1);
        assertThat(person(ANN).attributes()).containsEntry("name", "Ann");
        assertThat(ended("i2").status()).isEqualTo("failed");
        assertThat(find("i3").status()).as("begun later: under way elsewhere").isEqualTo("receiving");
    }

    @Test
    void aMergeThatTwoProcessesBeginIsDoneOnce() throws SQLException {
        store.execute(
                "INSERT INTO contact_import (tenant_id, id, status, rows, created_at) VALUES (?, 'i1', 'merging', 5000, ?)",
                tenant,
                now);
        store.execute("""
                INSERT INTO contact_import_row SELECT ?, 'i1', n, '+1415' || (4000000 + n % 4000), NULL, '{}'::jsonb
                FROM generate_series(1, 5000) AS n
                """, tenant);
        // The other process has listed the import, and waits for its only connection until the merge is done here.
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch merged = new CountDownLatch(1);
        try (Database narrow = narrow();
                Connection locker = TestDatabase.connect(store.url)) {
            locker.setAutoCommit(false);
            locker.createStatement().execute("LOCK TABLE contact_import IN ACCESS EXCLUSIVE MODE");
            CompletionStage<Done> other = new Imports(narrow, () -> now).recover(now);
            Until.holds(
                    "it lists", PATIENCE, () -> store.count("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1);
            narrow.run(c -> waitFor(held, merged));
            locker.rollback();
            join(other);
            Until.holds("its connection is taken", PATIENCE, () -> held.getCount() == 0);
            join(imports.recover(now));
            ended("i1");
            merged.countDown();
            join(narrow.run(c -> true));
        }
        assertThat(find("i1").accepted()).isEqualTo(4000);
        assertThat(find("i1").merged()).isEqualTo(1000);
    }

    @Test
    void anImportThatWasGivenUpElsewhereIsNotCompletedByHalf() {
        String half = IntStream.range(0, 2000)
                .mapToObj(i -> "+1415%07d".formatted(4_000_000 + i))
                .collect(Collectors.joining("\n", "phone\n", "\n"));
        InputStream upload = new SequenceInputStream(stream(half), new Acting(() -> {
            join(imports.recover(now.plusSeconds(1)));
            Until.holds("given up", PATIENCE, () -> find("i1").endedAt() != null);
        }));
        imports.receive(tenant, "i1", ImportFormat.CSV, null, new SequenceInputStream(upload, stream(ANN)));
        assertThat(ended("i1").status()).isEqualTo("failed");
        assertThat(people()).isEmpty();
    }

    private static Database narrow() {
        return new Database(
                new DatabaseSettings(store.url, Path.of("unused"), 1, Duration.ofSeconds(20), Duration.ofSeconds(20)));
    }

    private static boolean waitFor(CountDownLatch begun, CountDownLatch end) {
        begun.countDown();
        try {
            return end.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    /** A stream that does something instead of ever having a byte. */
    private static final class Acting extends InputStream {
        private final Action action;

        Acting(Action action) {
            this.action = action;
        }

        @Override
        public int read() throws IOException {
            action.run();
            return -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read();
        }
    }
}
