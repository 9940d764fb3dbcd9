package io.herald.template;

import com.fasterxml.jackson.core.type.TypeReference;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.platform.Remembered;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The templates of all tenants. */
public final class Templates {
    private static final TypeReference<Map<Channel, Content>> VARIANTS = new TypeReference<>() {};
    private static final String COLUMNS = "tenant_id, id, version, name, variants, variables, created_at";

    private final Database database;
    private final InstantSource clock;

    private record Key(String tenantId, String id, int version) {}

    /** Versions never change, so what was read once stays true. */
    private final Remembered<Key, Optional<Template>> versions =
            new Remembered<>(1000, Duration.ofHours(1), this::read);

    public Templates(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Checks content with placeholders. @return what is wrong, nothing where nothing is */
    public static Optional<String> objection(Map<Channel, Content> variants) {
        try {
            Template.variables(variants);
            return Optional.empty();
        } catch (TemplateText.Malformed e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    public static boolean isVariableName(String name) {
        return TemplateText.isName(name);
    }

    /** Adds a version to the template of this id: the first, or one after the newest. {@link #objection} must have none. */
    public CompletionStage<Template> add(String tenantId, String id, String name, Map<Channel, Content> variants) {
        List<String> variables;
        try {
            variables = Template.variables(variants);
        } catch (TemplateText.Malformed e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        Instant now = clock.instant();
        return database.transact(c -> {
            Sql.one(c, "SELECT pg_advisory_xact_lock(hashtext(?))", row -> true, tenantId + "/" + id);
            int version = Sql.one(
                                    c,
                                    "SELECT max(version) AS newest FROM template WHERE tenant_id = ? AND id = ?",
                                    row -> row.getInt("newest"),
                                    tenantId,
                                    id)
                            .orElse(0)
                    + 1;
            Sql.update(
                    c,
                    "INSERT INTO template (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
                    tenantId,
                    id,
                    version,
                    name,
                    new Sql.Jsonb(Json.text(variants)),
                    variables.toArray(String[]::new),
                    now);
            return new Template(tenantId, id, version, name, variants, variables, now);
        });
    }

    /** @param version absent: the newest */
    public CompletionStage<Optional<Template>> find(String tenantId, String id, @Nullable Integer version) {
        if (version != null) {
            Key key = new Key(tenantId, id, version);
            return versions.get(key).thenApply(found -> {
                if (found.isEmpty()) {
                    versions.forget(key); // it may be made yet
                }
                return found;
            });
        }
        return database.run(c -> Sql.one(
                c,
                "SELECT " + COLUMNS + " FROM template WHERE tenant_id = ? AND id = ? ORDER BY version DESC LIMIT 1",
                Templates::template,
                tenantId,
                id));
    }

    private CompletionStage<Optional<Template>> read(Key key) {
        return database.run(c -> Sql.one(
                c,
                "SELECT " + COLUMNS + " FROM template WHERE tenant_id = ? AND id = ? AND version = ?",
                Templates::template,
                key.tenantId(),
                key.id(),
                key.version()));
    }

    /** The newest version of each, in the order of their ids. */
    public CompletionStage<List<Template>> list(String tenantId, String afterId, int limit) {
        return database.run(c -> Sql.list(
                c,
                "SELECT DISTINCT ON (id) " + COLUMNS
                        + " FROM template WHERE tenant_id = ? AND id > ? ORDER BY id, version DESC LIMIT ?",
                Templates::template,
                tenantId,
                afterId,
                limit));
    }

    private static Template template(ResultSet row) throws SQLException {
        return new Template(
                row.getString("tenant_id"),
                row.getString("id"),
                row.getInt("version"),
                row.getString("name"),
                Json.read(row.getString("variants"), VARIANTS),
                Sql.texts(row, "variables"),
                Sql.instant(row, "created_at"));
    }
}
