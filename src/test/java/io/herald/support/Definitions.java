package io.herald.support;

import io.herald.campaign.domain.Definition;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.UnknownPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Campaigns to run, for tests that don't care what they say. */
public final class Definitions {
    private Definitions() {}

    public static Definition named(String name) {
        return of(name, null);
    }

    /** @param scheduledAt the time that the campaign itself names */
    public static Definition of(String name, @Nullable Instant scheduledAt) {
        return new Definition(
                name,
                "tpl-1",
                1,
                new Definition.Audience(null, 2),
                List.of(new Definition.Step(Channel.RCS, "rcs-1", 60), new Definition.Step(Channel.SMS, "sms-1", null)),
                true,
                Category.MARKETING,
                UnknownPolicy.PREFER_DUPLICATE,
                null,
                scheduledAt,
                Map.of());
    }
}
