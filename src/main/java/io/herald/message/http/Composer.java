package io.herald.message.http;

import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.Providers;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.Phone;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Envelope;
import io.herald.platform.http.Fields;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.http.ContentJson;
import io.herald.template.http.TemplateRoutes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From a request to an envelope: who, by which route, with what content. Says what is wrong to the {@link Fields} it reads. */
public final class Composer {
    public static final String CHANNELS = "sms, mms, rcs, whatsapp, telegram, email";
    private static final int MOST_STEPS = 5;
    private static final int LONGEST_TTL = 7 * 24 * 3600;
    private static final int METADATA_BYTES = 8192;

    private final ProviderAccounts accounts;
    private final InstantSource clock;
    private final Duration lifetime;

    /** @param lifetime after which a message that could not be sent expires, unless it says otherwise */
    public Composer(ProviderAccounts accounts, InstantSource clock, Duration lifetime) {
        this.accounts = accounts;
        this.clock = clock;
        this.lifetime = lifetime;
    }

    /** What several messages of one request may have in common. */
    record Common(
            @Nullable String from,
            @Nullable Channel channel,
            Content content,
            boolean hasContent,
            Map<String, String> variables,
            @Nullable List<Step> route,
            @Nullable Instant scheduledAt,
            @Nullable Integer ttlSeconds,
            Category category,
            UnknownPolicy unknownPolicy,
            Map<String, Object> metadata) {}

    /** A step of the route as it was written. */
    record Step(
            Fields at,
            @Nullable Channel channel,
            String provider,
            @Nullable Integer ttlSeconds) {}

    /** A message that is good to be submitted. */
    record Composed(Envelope envelope, @Nullable Instant due) {}

    Common common(Fields f) {
        String from = f.textOrNull("from", 100);
        Channel channel = f.oneOfOrNull("channel", Channel::of, CHANNELS);
        Content content = ContentJson.shown(f);
        if (f.mentions("subject") || f.mentions("attachments")) {
            f.textOrNull("subject", 998);
            List<Fields> attachments = f.objectsOrNull("attachments", 10);
            if (attachments != null) {
                attachments.forEach(a -> {
                    a.text("url", 2000);
                    a.text("content_type", 100);
                });
            }
            if (f.has("subject")) {
                f.impossible("subject", "no channel that is set up here shows a subject");
            }
            if (attachments != null && !attachments.isEmpty()) {
                f.impossible("attachments", "no channel that is set up here takes attachments");
            }
        }
        Integer ttl = f.integerOrNull("ttl_seconds", 1, LONGEST_TTL);
        Instant scheduledAt = f.timeOrNull("scheduled_at");
        if (scheduledAt != null && scheduledAt.isAfter(clock.instant().plus(Duration.ofDays(366)))) {
            f.impossible("scheduled_at", "is more than a year away");
        }
        Category category = f.oneOfOrNull("category", Category::of, "transactional, marketing");
        UnknownPolicy policy = f.oneOfOrNull("unknown_policy", UnknownPolicy::of, "prefer_duplicate, prefer_loss");
        return new Common(
                from,
                channel,
                content,
                content.body() != null || content.card() != null,
                f.scalars("variables", 200, 4000),
                route(f),
                scheduledAt,
                ttl,
                category == null ? Category.TRANSACTIONAL : category,
                policy == null ? UnknownPolicy.PREFER_DUPLICATE : policy,
                f.free("metadata", METADATA_BYTES));
    }

    static @Nullable List<Step> route(Fields f) {
        List<Fields> steps = f.objectsOrNull("route", MOST_STEPS);
        if (steps == null) {
            return null;
        }
        if (steps.isEmpty()) {
            f.malformed("route", "must have at least one step");
        }
        List<Step> route = new ArrayList<>();
        for (Fields step : steps) {
            Channel channel = step.oneOfOrNull("channel", Channel::of, CHANNELS);
            if (!step.has("channel")) {
                step.missing("channel");
            }
            route.add(new Step(
                    step, channel, step.text("provider", 200), step.integerOrNull("ttl_seconds", 1, LONGEST_TTL)));
        }
        return route;
    }

    /** The plan that a route means for a tenant; what can't be is said to the route's own fields. */
    List<Envelope.Step> plan(String tenant, List<Step> route) {
        List<Envelope.Step> plan = new ArrayList<>();
        for (Step step : route) {
            ProviderAccount account = accounts.resolve(tenant, step.provider()).orElse(null);
            if (account == null) {
                step.at().impossible("provider", "there is no such provider account");
            } else if (step.channel() != null) {
                if (!account.channels().contains(step.channel())) {
                    step.at()
                            .impossible(
                                    "channel",
                                    "the account does not have "
                                            + step.channel().wire());
                }
                plan.add(new Envelope.Step(step.channel(), account.id(), step.ttlSeconds()));
            }
        }
        return plan;
    }

    /**
     * One message to one recipient.
     *
     * @param at where its address is written, and where what is wrong with it is said
     * @param variables its own, beside those in common
     * @param template absent where the content is given itself
     * @return nothing where something is wrong
     */
    Optional<Composed> compose(
            String tenant,
            String id,
            Common common,
            Fields at,
            String to,
            Map<String, String> variables,
            @Nullable Template template) {
        boolean email = to.indexOf('@') > 0;
        String address = email ? to.strip() : Phone.parse(to).orElse(null);
        if (address == null) {
            at.impossible("to", "must be a phone number in international form, with + and country code");
            return Optional.empty();
        }
        List<Envelope.Step> plan;
        if (common.route() == null) {
            Channel channel = common.channel() == null ? (email ? Channel.EMAIL : Channel.SMS) : common.channel();
            ProviderAccount account = accounts.usual(tenant, channel).orElse(null);
            if (account == null) {
                at.impossible("channel", "no provider account for " + channel.wire() + " can be seen by the tenant");
                return Optional.empty();
            }
            plan = List.of(new Envelope.Step(channel, account.id(), null));
        } else {
            plan = plan(tenant, common.route());
            if (plan.isEmpty() || plan.size() != common.route().size()) {
                return Optional.empty();
            }
            if (common.channel() != null && plan.getFirst().channel() != common.channel()) {
                at.impossible("channel", "is not the channel of the route's first step");
                return Optional.empty();
            }
        }
        boolean mismatch = plan.stream().anyMatch(step -> step.channel().byPhone() == email);
        if (mismatch) {
            at.impossible("to", "is no address of the channel");
            return Optional.empty();
        }
        Optional<Map<Channel, Content>> contents = contents(common, at, variables, template, plan);
        if (contents.isEmpty() || objected(at, plan, contents.get())) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Instant begin = common.scheduledAt() == null ? now : later(common.scheduledAt(), now);
        Duration life = common.ttlSeconds() == null ? lifetime : Duration.ofSeconds(common.ttlSeconds());
        Envelope envelope = new Envelope(
                tenant,
                id,
                null,
                0,
                common.category(),
                common.from(),
                plan,
                common.unknownPolicy(),
                begin.plus(life),
                common.metadata(),
                new Envelope.Person(address, contents.get()));
        return Optional.of(new Composed(envelope, common.scheduledAt()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Optional<Map<Channel, Content>> contents(
            Common common,
            Fields at,
            Map<String, String> variables,
            @Nullable Template template,
            List<Envelope.Step> plan) {
        if (template == null) {
            Map<Channel, Content> contents = new EnumMap<>(Channel.class);
            for (Envelope.Step step : plan) {
                boolean plain = step.channel() == Channel.SMS || step.channel() == Channel.MMS;
                contents.put(step.channel(), plain ? common.content().asText() : common.content());
            }
            return Optional.of(contents);
        }
        List<Channel> channels =
                plan.stream().map(Envelope.Step::channel).distinct().toList();
        for (Channel channel : channels) {
            if (template.variant(channel).isEmpty()) {
                at.impossible("template_id", "the template has no variant for " + channel.wire());
                return Optional.empty();
            }
        }
        TemplateRoutes.unknown(at, "variables", template, variables);
        try {
            return Optional.of(new Renderer(template, channels).render(variables));
        } catch (Renderer.WrongVariables e) {
            e.missing().forEach(name -> at.impossible("variables", "no value for " + name));
            return Optional.empty();
        }
    }

    private boolean objected(Fields at, List<Envelope.Step> plan, Map<Channel, Content> contents) {
        for (Envelope.Step step : plan) {
            Content content = contents.get(step.channel());
            Optional<String> objection = content == null
                    ? Optional.empty()
                    : accounts.find(step.account())
                            .flatMap(account -> Providers.of(account).objection(step.channel(), content));
            if (objection.isPresent()) {
                at.impossible("body", objection.get());
                return true;
            }
        }
        return false;
    }
}
