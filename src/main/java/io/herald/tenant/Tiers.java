package io.herald.tenant;

import com.typesafe.config.Config;
import io.herald.platform.SettingsException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rates at which tenants may call the API.
 *
 * @param perMinute requests by tier; 0 for no limit
 * @param usual the tier of a tenant that was given none
 */
public record Tiers(Map<String, Integer> perMinute, String usual) {

    public Tiers {
        perMinute = Map.copyOf(perMinute);
        if (!perMinute.containsKey(usual)) {
            throw new SettingsException(
                    "HERALD_DEFAULT_TIER (herald.tiers.default) must be one of " + new TreeMap<>(perMinute).keySet());
        }
    }

    public static Tiers from(Config herald) {
        Map<String, Integer> perMinute = new TreeMap<>();
        Config tiers = herald.getConfig("tiers.requests-per-minute");
        tiers.root().keySet().forEach(tier -> perMinute.put(tier, tiers.getInt(tier)));
        return new Tiers(perMinute, herald.getString("tiers.default"));
    }

    /** A tier that is no longer configured has the usual one's rate. */
    public int of(String tier) {
        Integer rate = perMinute.get(tier);
        return rate == null ? perMinute.getOrDefault(usual, 0) : rate;
    }
}
