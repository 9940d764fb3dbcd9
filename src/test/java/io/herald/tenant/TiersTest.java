package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.herald.platform.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TiersTest {
    @Test
    void theDefaultsAreTheOnesThatAreDocumented() {
        Tiers tiers = Tiers.from(ConfigFactory.parseResources("application.conf")
                .withFallback(ConfigFactory.systemEnvironment())
                .resolve()
                .getConfig("herald"));
        assertThat(tiers.perMinute())
                .containsEntry("free", 60)
                .containsEntry("basic", 300)
                .containsEntry("premium", 1000);
        assertThat(tiers.of("unlimited")).isZero();
    }

    @Test
    void aTierThatIsGoneHasTheUsualRate() {
        Tiers tiers = new Tiers(Map.of("free", 60, "basic", 300), "basic");
        assertThat(tiers.of("free")).isEqualTo(60);
        assertThat(tiers.of("gold")).isEqualTo(300);
    }

    @Test
    void theUsualTierMustBeOneOfThem() {
        assertThatThrownBy(() -> new Tiers(Map.of("free", 60), "gold"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("HERALD_DEFAULT_TIER (herald.tiers.default) must be one of [free]");
    }
}
