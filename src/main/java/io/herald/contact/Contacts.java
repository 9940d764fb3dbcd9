package io.herald.contact;

import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The people that a tenant knows. */
public final class Contacts {

    /** @param attributes a template's variables of the same names */
    public record Contact(
            long id,
            @Nullable String phone,
            @Nullable String email,
            Map<String, Object> attributes,
            Instant createdAt,
            Instant updatedAt) {}

    private final Database database;

    public Contacts(Database database) {
        this.database = database;
    }

    /** @param address only the contact with this phone number or e-mail address */
    public CompletionStage<List<Contact>> list(String tenantId, Optional<String> address, long afterId, int limit) {
        return database.run(c -> Sql.list(
                c,
                """
                SELECT id, phone, email, attributes, created_at, updated_at FROM contact
                WHERE tenant_id = ? AND id > ? AND (?::text IS NULL OR phone = ? OR email = ?) ORDER BY id LIMIT ?
                """,
                row -> new Contact(
                        row.getLong("id"),
                        row.getString("phone"),
                        row.getString("email"),
                        Json.read(row.getString("attributes"), Json.OBJECT),
                        Sql.instant(row, "created_at"),
                        Sql.instant(row, "updated_at")),
                tenantId,
                afterId,
                address.orElse(null),
                address.orElse(null),
                address.orElse(null),
                limit));
    }
}
