package io.herald.platform.sql;

import com.typesafe.config.Config;
import io.herald.platform.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the data lives.
 *
 * @param url {@code postgresql://user:password@host:port/db}; absent: an embedded server with its files in {@code dataDir}
 * @param poolSize connections for everything but the journal's writer
 * @param acquireTimeout how long a request may wait for a connection before the database counts as away
 * @param statementTimeout bound of one statement of a request
 */
public record DatabaseSettings(
        @Nullable String url, Path dataDir, int poolSize, Duration acquireTimeout, Duration statementTimeout) {

    public static DatabaseSettings from(Config herald) {
        Config db = herald.getConfig("db");
        String url = db.getString("url");
        return new DatabaseSettings(
                url.isBlank() ? null : url,
                Path.of(herald.getString("data-dir")),
                db.getInt("pool-size"),
                db.getDuration("acquire-timeout"),
                db.getDuration("statement-timeout"));
    }

    public DatabaseSettings withUrl(String url) {
        return new DatabaseSettings(url, dataDir, poolSize, acquireTimeout, statementTimeout);
    }

    public DatabaseSettings withDataDir(Path dataDir) {
        return new DatabaseSettings(url, dataDir, poolSize, acquireTimeout, statementTimeout);
    }

    /** The parts of {@code url} as JDBC wants them. */
    public record Target(String jdbcUrl, String user, String password) {}

    /** @throws SettingsException where the URL is not of the form above */
    public Target target() {
        String form = "HERALD_DB_URL must look like postgresql://user:password@host:port/db";
        if (url == null) {
            throw new SettingsException(form);
        }
        try {
            URI uri = new URI(url);
            boolean scheme = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (!scheme
                    || uri.getHost() == null
                    || uri.getPath() == null
                    || uri.getPath().length() < 2) {
                throw new SettingsException(form);
            }
            String[] user = uri.getRawUserInfo() == null
                    ? new String[] {"postgres"}
                    : uri.getRawUserInfo().split(":", 2);
            int port = uri.getPort() < 0 ? 5432 : uri.getPort();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new Target(
                    "jdbc:postgresql://" + uri.getHost() + ":" + port + uri.getRawPath() + query,
                    URLDecoder.decode(user[0], StandardCharsets.UTF_8),
                    user.length > 1 ? URLDecoder.decode(user[1], StandardCharsets.UTF_8) : "");
        } catch (URISyntaxException e) {
            throw new SettingsException(form);
        }
    }
}
