package io.herald.support;

import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Messages to send, and the rules by which they are sent, for tests that don't care what they say. */
public final class Envelopes {
    public static final Instant T0 = Instant.parse("2026-05-04T10:00:00Z");

    /** Falls to the next after a minute of silence. */
    public static final Envelope.Step RCS = new Envelope.Step(Channel.RCS, "rcs-1", 60);

    /** Falls to the next only on a report or a refusal. */
    public static final Envelope.Step WHATSAPP = new Envelope.Step(Channel.WHATSAPP, "wa-1", null);

    public static final Envelope.Step SMS = new Envelope.Step(Channel.SMS, "sms-1", null);

    /** Three attempts a route; every other number is a different one, so that none can stand in for another. */
    public static final Rules RULES = new Rules(
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(40),
            Duration.ofSeconds(61),
            Duration.ofMinutes(10),
            Duration.ofSeconds(59),
            Duration.ofHours(71),
            Duration.ofSeconds(5),
            Duration.ofMinutes(9));

    public static final Duration LIFETIME = Duration.ofDays(3);

    private Envelopes() {}

    public static Envelope of(Envelope.Step... route) {
        return of(UnknownPolicy.PREFER_DUPLICATE, route);
    }

    public static Envelope of(UnknownPolicy policy, Envelope.Step... route) {
        return ofCampaign("c1", 7, policy, route);
    }

    public static Envelope ofCampaign(String campaignId, int n, UnknownPolicy policy, Envelope.Step... route) {
        Map<Channel, Content> contents = Map.of(
                Channel.RCS, Content.text("hello, richly"),
                Channel.WHATSAPP, Content.text("hello"),
                Channel.SMS, Content.text("hello ".repeat(30)));
        return new Envelope(
                "t1",
                campaignId + "-" + n,
                campaignId,
                n,
                Category.MARKETING,
                null,
                List.of(route),
                policy,
                T0.plus(LIFETIME),
                Map.of(),
                new Envelope.Person("+1415555%04d".formatted(n), contents));
    }
}
