package io.herald.channel.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.herald.channel.CallbackUrls;
import io.herald.channel.Provider;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.Providers;
import io.herald.kernel.Channel;
import io.herald.kernel.Ids;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Fields;
import io.herald.platform.http.Problem;
import io.herald.tenant.Tenant;
import io.herald.tenant.Tenants;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /admin/provider-accounts}. Credentials go in and never come out. */
public final class AccountRoutes implements Endpoint.Group {
    private static final double FASTEST = 1_000_000;
    private static final int MOST_CONCURRENT = 10_000;

    private final ProviderAccounts accounts;
    private final Tenants tenants;
    private final CallbackUrls callbacks;

    public AccountRoutes(ProviderAccounts accounts, Tenants tenants, CallbackUrls callbacks) {
        this.accounts = accounts;
        this.tenants = tenants;
        this.callbacks = callbacks;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record AccountJson(
            String id,
            String name,
            String provider,
            @Nullable String tenantId,
            List<String> channels,
            @Nullable String baseUrl,
            @Nullable String sender,
            double ratePerSecond,
            int maxConcurrent,
            String webhookUrl,
            Instant createdAt,
            Instant updatedAt) {}

    private AccountJson json(ProviderAccount a) {
        return new AccountJson(
                a.id(),
                a.name(),
                a.provider(),
                a.tenantId(),
                a.channels().stream().sorted().map(Channel::wire).toList(),
                a.baseUrl(),
                a.sender(),
                a.ratePerSecond(),
                a.maxConcurrent(),
                callbacks.of(a.provider(), a.id(), a.webhookToken()),
                a.createdAt(),
                a.updatedAt());
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.create("/admin/provider-accounts", Access.ADMIN, this::create),
                Endpoint.get("/admin/provider-accounts", Access.ADMIN, this::list),
                Endpoint.get("/admin/provider-accounts/{id}", Access.ADMIN, this::get),
                Endpoint.patch("/admin/provider-accounts/{id}", Access.ADMIN, this::change));
    }

    private CompletionStage<Answer> create(Exchange x) {
        Fields f = x.json();
        String name = f.text("name", 200);
        Provider provider = f.oneOfOrNull(
                "provider",
                wanted -> Providers.find(wanted).orElseThrow(() -> new IllegalArgumentException(wanted)),
                String.join(", ", Providers.names()));
        if (!f.has("provider")) {
            f.missing("provider");
        }
        String tenantId = f.textOrNull("tenant_id", 100);
        Set<Channel> channels = channels(f, provider);
        String baseUrl = baseUrl(f);
        String sender = f.textOrNull("sender", 100);
        Map<String, String> credentials = f.scalars("credentials", 20, 4000);
        if (provider != null) {
            checkCredentials(f, provider, channels, credentials);
        }
        Double rate = f.rateOrNull("rate_per_second", FASTEST);
        Integer concurrent = f.integerOrNull("max_concurrent", 1, MOST_CONCURRENT);
        CompletionStage<Optional<Tenant>> owner =
                tenantId == null ? CompletableFuture.completedFuture(Optional.empty()) : tenants.find(tenantId);
        return owner.thenCompose(tenant -> {
            if (tenantId != null && tenant.isEmpty()) {
                f.impossible("tenant_id", "there is no such tenant");
            }
            f.check();
            if (provider == null) {
                throw new IllegalStateException("checked above");
            }
            Instant unset = Instant.EPOCH;
            ProviderAccount draft = new ProviderAccount(
                    x.newId(),
                    tenantId,
                    name,
                    provider.name(),
                    channels,
                    baseUrl,
                    sender,
                    credentials,
                    0,
                    0,
                    provider.signsWebhooks() ? null : Ids.secret(),
                    unset,
                    unset);
            return accounts.create(draft, rate, concurrent)
                    .thenApply(made -> Answer.created(json(made.orElseThrow(
                            () -> Problem.conflict("an account of this name can be seen by the tenant already")))));
        });
    }

    private static Set<Channel> channels(Fields f, @Nullable Provider provider) {
        List<String> names = f.textsOrNull("channels", 10, 20);
        if (names == null || names.isEmpty()) {
            f.missing("channels");
            return Set.of();
        }
        EnumSet<Channel> channels = EnumSet.noneOf(Channel.class);
        for (String name : names) {
            try {
                Channel channel = Channel.of(name);
                if (provider != null && !provider.channels().contains(channel)) {
                    f.impossible("channels", provider.name() + " has no " + name + " here");
                }
                channels.add(channel);
            } catch (IllegalArgumentException e) {
                f.malformed("channels", name + " is no channel");
            }
        }
        return channels;
    }

    private static @Nullable String baseUrl(Fields f) {
        String url = f.textOrNull("base_url", 500);
        if (url == null) {
            return null;
        }
        String bare = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            URI uri = URI.create(bare);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean only = uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (!web || uri.getHost() == null || !only || uri.getRawUserInfo() != null) {
                throw new IllegalArgumentException(bare);
            }
        } catch (IllegalArgumentException | NullPointerException e) {
            f.impossible("base_url", "must be scheme, host and port, such as https://api.example.com:8443");
        }
        return bare;
    }

    private static void checkCredentials(
            Fields f, Provider provider, Set<Channel> channels, Map<String, String> credentials) {
        Set<String> wanted = new LinkedHashSet<>();
        channels.stream()
                .filter(provider.channels()::contains)
                .forEach(channel -> wanted.addAll(provider.credentials(channel)));
        for (String name : wanted) {
            if (credentials.getOrDefault(name, "").isBlank()) {
                f.impossible("credentials", provider.name() + " needs " + name);
            }
        }
    }

    private CompletionStage<Answer> list(Exchange x) {
        return CompletableFuture.completedFuture(
                Answer.ok(x.page(accounts.list(), ProviderAccount::id).of(this::json)));
    }

    private ProviderAccount account(Exchange x) {
        return accounts.find(x.path("id")).orElseThrow(() -> Problem.notFound("there is no such provider account"));
    }

    private CompletionStage<Answer> get(Exchange x) {
        return CompletableFuture.completedFuture(Answer.ok(json(account(x))));
    }

    private CompletionStage<Answer> change(Exchange x) {
        ProviderAccount account = account(x);
        Fields f = x.json();
        String baseUrl = baseUrl(f);
        String sender = f.textOrNull("sender", 100);
        Map<String, String> credentials = f.has("credentials") ? f.scalars("credentials", 20, 4000) : null;
        if (credentials != null) {
            checkCredentials(f, Providers.of(account), account.channels(), credentials);
        }
        Integer concurrent = f.integerOrNull("max_concurrent", 1, MOST_CONCURRENT);
        f.check();
        return accounts.change(account.id(), baseUrl, sender, credentials, concurrent)
                .thenApply(changed -> Answer.ok(
                        json(changed.orElseThrow(() -> Problem.notFound("there is no such provider account")))));
    }
}
