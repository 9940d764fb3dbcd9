package io.herald.campaign.http;

import io.herald.campaign.domain.Definition;
import io.herald.campaign.view.CampaignQueries;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.contact.Imports;
import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Phone;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.http.Composer;
import io.herald.platform.http.Fields;
import io.herald.template.Template;
import io.herald.template.Templates;
import io.herald.template.http.TemplateRoutes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** From a request to a campaign's definition and the recipients that came along. */
final class DefinitionReader {
    static final int MOST_RECIPIENTS = 100_000;
    private static final int MOST_STEPS = 5;
    private static final int LONGEST_TTL = 7 * 24 * 3600;
    private static final double FASTEST = 1_000_000;
    private static final int METADATA_BYTES = 8192;

    private final Templates templates;
    private final ProviderAccounts accounts;
    private final Imports imports;

    DefinitionReader(Templates templates, ProviderAccounts accounts, Imports imports) {
        this.templates = templates;
        this.accounts = accounts;
        this.imports = imports;
    }

    /** @param recipients absent where the audience is none that came along, or is unchanged */
    record Read(Definition definition, @Nullable List<CampaignQueries.Draft> recipients) {}

    /**
     * Reads a definition; what a change leaves out stays as it was.
     *
     * @param before absent for a new campaign: then what is needed must be there
     */
    CompletionStage<Read> read(String tenant, Fields f, @Nullable Definition before) {
        String name = before != null && !f.has("name") ? before.name() : f.text("name", 200);
        String templateId = before != null && !f.has("template_id") ? before.templateId() : f.text("template_id", 100);
        List<Definition.Step> route = route(tenant, f, before);
        Fields audience = audience(f, before);
        String importId = audience == null ? null : audience.textOrNull("import_id", 100);
        List<Fields> recipients = audience == null ? null : audience.objectsOrNull("recipients", MOST_RECIPIENTS);
        if (audience != null && (importId == null) == (recipients == null)) {
            f.malformed("audience", "needs either recipients or an import_id");
        }
        if (recipients != null && recipients.isEmpty()) {
            f.impossible("audience", "has no recipients");
        }
        boolean fallback = f.flag("fallback", before == null || before.fallback());
        Category category = f.oneOfOrNull("category", Category::of, "transactional, marketing");
        UnknownPolicy policy = f.oneOfOrNull("unknown_policy", UnknownPolicy::of, "prefer_duplicate, prefer_loss");
        Double rate = f.mentions("rate_per_second") || before == null
                ? f.rateOrNull("rate_per_second", FASTEST)
                : before.ratePerSecond();
        Instant scheduledAt =
                f.mentions("scheduled_at") || before == null ? f.timeOrNull("scheduled_at") : before.scheduledAt();
        Map<String, Object> metadata =
                before != null && !f.has("metadata") ? before.metadata() : f.free("metadata", METADATA_BYTES);
        Integer version = before == null || f.has("template_id") ? null : before.templateVersion();
        return templates
                .find(tenant, templateId, version)
                .thenCombine(importFound(tenant, importId), (template, imported) -> {
                    if (template.isEmpty()) {
                        f.impossible("template_id", "there is no such template");
                    }
                    if (importId != null) {
                        checkImport(audience, imported);
                    }
                    template.ifPresent(t -> checkVariants(f, t, route));
                    List<CampaignQueries.Draft> drafts =
                            recipients == null ? null : drafts(recipients, route, template);
                    f.check();
                    Definition.Audience addressed = audience == null && before != null
                            ? before.audience()
                            : new Definition.Audience(importId, drafts == null ? 0 : drafts.size());
                    Definition definition = new Definition(
                            name,
                            templateId,
                            template.orElseThrow().version(),
                            addressed,
                            route,
                            fallback,
                            category != null ? category : before == null ? Category.MARKETING : before.category(),
                            policy != null
                                    ? policy
                                    : before == null ? UnknownPolicy.PREFER_DUPLICATE : before.unknownPolicy(),
                            rate,
                            scheduledAt,
                            metadata);
                    return new Read(definition, drafts);
                });
    }

    private static @Nullable Fields audience(Fields f, @Nullable Definition before) {
        if (!f.has("audience")) {
            if (before == null) {
                f.missing("audience");
            }
            return null;
        }
        return f.objectOrNull("audience");
    }

    private CompletionStage<Optional<Imports.Import>> importFound(String tenant, @Nullable String importId) {
        return importId == null ? CompletableFuture.completedFuture(Optional.empty()) : imports.find(tenant, importId);
    }

    private static void checkImport(@Nullable Fields audience, Optional<Imports.Import> imported) {
        if (audience == null) {
            return;
        }
        if (imported.isEmpty()) {
            audience.impossible("import_id", "there is no such import");
        } else if (imported.get().status().equals("failed")) {
            audience.impossible("import_id", "the import failed");
        }
    }

    private List<Definition.Step> route(String tenant, Fields f, @Nullable Definition before) {
        List<Fields> steps = f.objectsOrNull("route", MOST_STEPS);
        if (steps == null) {
            if (before == null && !f.has("route")) {
                f.missing("route");
            }
            return before == null ? List.of() : before.route();
        }
        if (steps.isEmpty()) {
            f.malformed("route", "must have at least one step");
        }
        List<Definition.Step> route = new ArrayList<>();
        for (Fields step : steps) {
            Channel channel = step.oneOfOrNull("channel", Channel::of, Composer.CHANNELS);
            if (!step.has("channel")) {
                step.missing("channel");
            }
            String provider = step.text("provider", 200);
            Integer ttl = step.integerOrNull("ttl_seconds", 1, LONGEST_TTL);
            ProviderAccount account = accounts.resolve(tenant, provider).orElse(null);
            if (account == null) {
                step.impossible("provider", "there is no such provider account");
            } else if (channel != null && !account.channels().contains(channel)) {
                step.impossible("channel", "the account does not have " + channel.wire());
            } else if (channel != null) {
                route.add(new Definition.Step(channel, account.id(), ttl));
            }
        }
        long ways =
                route.stream().map(step -> step.channel().byPhone()).distinct().count();
        if (ways > 1) {
            f.impossible("route", "all its channels must go by the same kind of address");
        }
        return route;
    }

    private static void checkVariants(Fields f, Template template, List<Definition.Step> route) {
        for (Definition.Step step : route) {
            if (template.variant(step.channel()).isEmpty()) {
                f.impossible(
                        "template_id",
                        "the template has no variant for " + step.channel().wire());
            }
        }
    }

    /** The valid, distinct ones; of several for one address the first counts. What is not valid is refused. */
    private static List<CampaignQueries.Draft> drafts(
            List<Fields> recipients, List<Definition.Step> route, Optional<Template> template) {
        boolean byPhone = route.isEmpty() || route.getFirst().channel().byPhone();
        Map<String, CampaignQueries.Draft> distinct = new LinkedHashMap<>();
        for (Fields recipient : recipients) {
            String to = recipient.text("to", 254);
            Map<String, String> variables = recipient.scalars("variables", 200, 4000);
            String address = byPhone ? Phone.parse(to).orElse(null) : to.strip();
            if (address == null) {
                recipient.impossible("to", "must be a phone number in international form, with + and country code");
                continue;
            }
            template.ifPresent(t -> {
                TemplateRoutes.unknown(recipient, "variables", t, variables);
                for (String name : t.variables()) {
                    if (!variables.containsKey(name)) {
                        recipient.impossible("variables", "no value for " + name);
                    }
                }
            });
            distinct.putIfAbsent(address, new CampaignQueries.Draft(address, variables));
        }
        return List.copyOf(distinct.values());
    }
}
