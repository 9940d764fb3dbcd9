package io.herald;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.herald.campaign.CampaignSettings;
import io.herald.campaign.RetentionSettings;
import io.herald.channel.ProviderAccounts.AccountDefaults;
import io.herald.dispatch.DispatchSettings;
import io.herald.platform.SettingsException;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.tenant.Tiers;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/** Everything that can be set, read and checked once. A wrong value is one line that names its key. */
record ApplicationSettings(
        String httpHost,
        int httpPort,
        String publicUrl,
        DatabaseSettings database,
        String adminKey,
        Duration askTimeout,
        List<String> seedNodes,
        Tiers tiers,
        DispatchSettings dispatch,
        AccountDefaults accountDefaults,
        Duration linger,
        int maxLingering,
        CampaignSettings campaign,
        Duration housekeepingEvery,
        Duration rawCallbacksKept,
        Duration parkedReportsKept,
        RetentionSettings retention,
        Duration drain) {

    static ApplicationSettings from(Config config) {
        try {
            Config herald = config.getConfig("herald");
            int port = port(herald, "http.port", "HERALD_HTTP_PORT");
            port(herald, "cluster.port", "HERALD_REMOTE_PORT");
            require(
                    herald,
                    "db.pool-size",
                    "HERALD_DB_POOL_SIZE",
                    "a whole number above 0",
                    (c, key) -> c.getInt(key) > 0);
            require(
                    herald,
                    "dispatch.request-timeout",
                    "HERALD_REQUEST_TIMEOUT",
                    "a duration, such as 10 s",
                    (c, key) -> c.getDuration(key).isPositive());
            return new ApplicationSettings(
                    herald.getString("http.host"),
                    port,
                    publicUrl(herald.getString("http.public-url"), port),
                    DatabaseSettings.from(herald),
                    herald.getString("admin-key"),
                    herald.getDuration("ask-timeout"),
                    Arrays.stream(herald.getString("cluster.seed-nodes").split(",", -1))
                            .map(String::strip)
                            .filter(node -> !node.isEmpty())
                            .map(ApplicationSettings::seedNode)
                            .toList(),
                    Tiers.from(herald),
                    DispatchSettings.from(herald),
                    new AccountDefaults(
                            herald.getDouble("dispatch.default-rate-per-second"),
                            herald.getInt("dispatch.default-max-concurrent")),
                    herald.getDuration("message.linger"),
                    herald.getInt("message.max-lingering"),
                    CampaignSettings.from(herald),
                    herald.getDuration("housekeeping.every"),
                    herald.getDuration("housekeeping.raw-callbacks-kept"),
                    herald.getDuration("housekeeping.parked-reports-kept"),
                    RetentionSettings.from(herald),
                    herald.getDuration("shutdown.drain"));
        } catch (ConfigException e) {
            String message = e.getMessage() == null ? "a setting is wrong" : e.getMessage();
            throw new SettingsException(message.lines().findFirst().orElse(message));
        } catch (IllegalArgumentException e) {
            throw new SettingsException("herald: " + e.getMessage());
        }
    }

    private static int port(Config herald, String key, String variable) {
        require(
                herald,
                key,
                variable,
                "a port, 0 to 65535",
                (c, path) -> c.getInt(path) >= 0 && c.getInt(path) <= 65535);
        return herald.getInt(key);
    }

    private static void require(
            Config herald, String key, String variable, String what, BiPredicate<Config, String> isRight) {
        boolean right;
        try {
            right = isRight.test(herald, key);
        } catch (ConfigException e) {
            right = false;
        }
        if (!right) {
            throw new SettingsException(variable + " (herald." + key + ") must be " + what);
        }
    }

    private static String publicUrl(String configured, int port) {
        if (configured.isBlank()) {
            return "http://localhost:" + port;
        }
        String bare = configured.endsWith("/") ? configured.substring(0, configured.length() - 1) : configured;
        try {
            URI uri = URI.create(bare);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return bare;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new SettingsException(
                "HERALD_PUBLIC_URL (herald.http.public-url) must be scheme, host, port and path, such as https://herald.example.com");
    }

    private static String seedNode(String node) {
        if (!node.matches("[^:/\\s]+:\\d{1,5}")) {
            throw new SettingsException(
                    "HERALD_SEED_NODES (herald.cluster.seed-nodes) must be host:port, separated by commas");
        }
        return node;
    }
}
