package io.herald.campaign;

import com.typesafe.config.Config;
import io.herald.platform.SettingsException;
import java.time.Duration;

/**
 * How messages are removed that their tenants don't keep any longer.
 *
 * @param interval from the end of one pass to the next
 * @param batch messages in one transaction
 * @param pause between two transactions
 */
public record RetentionSettings(Duration interval, int batch, Duration pause) {

    public RetentionSettings {
        require(interval.isPositive(), "interval", "a duration, such as 1 h");
        require(batch > 0 && batch <= 10_000, "batch", "a whole number, 1 to 10000");
        require(!pause.isNegative(), "pause", "a duration, such as 100 ms");
    }

    private static void require(boolean right, String key, String what) {
        if (!right) {
            throw new SettingsException("herald.retention." + key + " must be " + what);
        }
    }

    public static RetentionSettings from(Config herald) {
        Config c = herald.getConfig("retention");
        return new RetentionSettings(c.getDuration("interval"), c.getInt("batch"), c.getDuration("pause"));
    }
}
