package io.herald.template.http;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.SmsText;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Cursor;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.Templates;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/templates}. */
public final class TemplateRoutes implements Endpoint.Group {
    private final Templates templates;

    public TemplateRoutes(Templates templates) {
        this.templates = templates;
    }

    private record TemplateJson(
            String id,
            int version,
            String name,
            Map<String, VariantJson> variants,
            List<String> variables,
            Instant createdAt) {
        static TemplateJson of(Template t) {
            Map<String, VariantJson> variants = new java.util.TreeMap<>();
            t.variants().forEach((channel, content) -> variants.put(channel.wire(), VariantJson.of(channel, content)));
            return new TemplateJson(t.id(), t.version(), t.name(), variants, t.variables(), t.createdAt());
        }
    }

    /** Content as it is shown: an e-mail's plain text under {@code text}, as it was given. */
    private record VariantJson(
            @Nullable String body,
            @Nullable String subject,
            @Nullable String text,
            @Nullable String html,
            Content.@Nullable Card card,
            @Nullable List<Content.Suggestion> suggestions,
            @Nullable Integer segments) {
        static VariantJson of(Channel channel, Content c) {
            boolean email = channel == Channel.EMAIL;
            return new VariantJson(
                    email ? null : c.body(),
                    c.subject(),
                    email ? c.body() : null,
                    c.html(),
                    c.card(),
                    c.suggestions().isEmpty() ? null : c.suggestions(),
                    null);
        }

        VariantJson counted(Channel channel) {
            return channel == Channel.SMS && body != null
                    ? new VariantJson(body, subject, text, html, card, suggestions, SmsText.segments(body))
                    : this;
        }
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.create("/api/v1/templates", Access.OPERATOR, this::create),
                Endpoint.get("/api/v1/templates", Access.VIEWER, this::list),
                Endpoint.get("/api/v1/templates/{id}", Access.VIEWER, this::get),
                Endpoint.put("/api/v1/templates/{id}", Access.OPERATOR, this::addVersion),
                Endpoint.act("/api/v1/templates/{id}/preview", Access.VIEWER, this::preview));
    }

    private CompletionStage<Answer> create(Exchange x) {
        Fields f = x.json();
        String name = f.text("name", 200);
        Map<Channel, Content> variants = variants(f);
        f.check();
        return templates
                .add(x.tenant(), x.newId(), name, variants)
                .thenApply(made -> Answer.created(TemplateJson.of(made)));
    }

    private CompletionStage<Answer> addVersion(Exchange x) {
        return template(x, null).thenCompose(template -> {
            Fields f = x.json();
            String name = f.has("name") ? f.text("name", 200) : template.name();
            Map<Channel, Content> variants = variants(f);
            f.check();
            return templates
                    .add(x.tenant(), template.id(), name, variants)
                    .thenApply(made -> Answer.ok(TemplateJson.of(made)));
        });
    }

    private static Map<Channel, Content> variants(Fields f) {
        Fields all = f.objectOrNull("variants");
        Map<Channel, Content> variants = new EnumMap<>(Channel.class);
        if (all == null) {
            if (!f.has("variants")) {
                f.missing("variants");
            }
            return variants;
        }
        for (String name : all.names()) {
            Channel channel = channel(name);
            if (channel == null) {
                all.malformed(name, "is no channel");
                continue;
            }
            Fields variant = all.objectOrNull(name);
            if (variant == null) {
                all.malformed(name, "must be an object");
                continue;
            }
            Content content = channel == Channel.EMAIL ? ContentJson.email(variant) : ContentJson.shown(variant);
            if (channel != Channel.EMAIL && content.body() == null && content.card() == null) {
                variant.missing("body");
            }
            boolean plain = channel == Channel.SMS || channel == Channel.MMS;
            if (plain && (content.card() != null || !content.suggestions().isEmpty())) {
                all.impossible(name, "shows text only: no card, no suggestions");
            }
            Templates.objection(Map.of(channel, content)).ifPresent(why -> all.impossible(name, why));
            variants.put(channel, content);
        }
        if (variants.isEmpty()) {
            f.malformed("variants", "must have at least one channel");
        }
        return variants;
    }

    private static @Nullable Channel channel(String name) {
        try {
            return Channel.of(name).wire().equals(name) ? Channel.of(name) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private CompletionStage<Answer> list(Exchange x) {
        x.onlyQuery("limit", "cursor");
        int limit = x.limit();
        String after = x.cursor(1).map(cursor -> cursor.text(0)).orElse("");
        return templates
                .list(x.tenant(), after, limit)
                .thenApply(found -> Answer.ok(new Answer.Page<>(
                        found.stream().map(TemplateJson::of).toList(),
                        found.size() < limit ? null : Cursor.of(found.getLast().id()))));
    }

    private CompletionStage<Answer> get(Exchange x) {
        x.onlyQuery("version");
        Integer version = x.query("version")
                .map(text -> {
                    if (!text.matches("[1-9]\\d{0,8}")) {
                        throw Problem.badRequest("version must be a whole number above zero");
                    }
                    return Integer.valueOf(text);
                })
                .orElse(null);
        return template(x, version).thenApply(found -> Answer.ok(TemplateJson.of(found)));
    }

    private CompletionStage<Template> template(Exchange x, @Nullable Integer version) {
        return templates
                .find(x.tenant(), x.path("id"), version)
                .thenApply(found -> found.orElseThrow(() -> Problem.notFound("there is no such template")));
    }

    private CompletionStage<Answer> preview(Exchange x) {
        return template(x, null).thenApply(template -> {
            Fields f = x.json();
            Channel channel = f.oneOfOrNull("channel", Channel::of, "sms, mms, rcs, whatsapp, telegram, email");
            if (!f.has("channel")) {
                f.missing("channel");
            }
            Map<String, String> values = f.scalars("variables", 200, 4000);
            Content shown = channel == null ? null : rendered(f, template, channel, values);
            f.check();
            if (channel == null || shown == null) {
                throw new IllegalStateException("checked above");
            }
            return Answer.ok(VariantJson.of(channel, shown).counted(channel));
        });
    }

    private static @Nullable Content rendered(
            Fields f, Template template, Channel channel, Map<String, String> values) {
        if (template.variant(channel).isEmpty()) {
            f.impossible("channel", "the template has no variant for " + channel.wire());
            return null;
        }
        Renderer renderer = new Renderer(template, List.of(channel));
        unknown(f, "variables", template, values);
        try {
            return renderer.render(values).get(channel);
        } catch (Renderer.WrongVariables e) {
            e.missing().forEach(name -> f.impossible("variables", "no value for " + name));
            return null;
        }
    }

    /** A value that no variant asks for is a mistake of the caller's, and is said to be one. */
    public static void unknown(Fields f, String field, Template template, Map<String, String> values) {
        for (String name : values.keySet()) {
            if (!template.variables().contains(name)) {
                f.impossible(field, "the template has no placeholder " + name);
            }
        }
    }
}
