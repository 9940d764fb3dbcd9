package io.herald.webhook;

import akka.Done;
import io.herald.channel.Adapters;
import io.herald.channel.Provider;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.channel.Providers;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.contact.Keywords;
import io.herald.contact.OptOuts;
import io.herald.kernel.Channel;
import io.herald.kernel.DeliveryReport;
import io.herald.message.MessageEntity;
import io.herald.message.Messages;
import io.herald.message.ProviderIds;
import io.herald.message.view.MessageQueries;
import io.herald.platform.http.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a callback from its arrival to its effect: the account is found, the sender proved, the body kept, reports told to their
 * messages and people's words to consent. It is answered when all of that is journaled or stored, so that a vendor may forget it.
 */
public final class Webhooks {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final int MOST_WAITING = 1000;

    private final ProviderAccounts accounts;
    private final Adapters adapters;
    private final CallbackStore store;
    private final Messages messages;
    private final MessageQueries queries;
    private final ProviderIds providerIds;
    private final OptOuts optOuts;

    public Webhooks(
            ProviderAccounts accounts,
            Adapters adapters,
            CallbackStore store,
            Messages messages,
            MessageQueries queries,
            ProviderIds providerIds,
            OptOuts optOuts) {
        this.accounts = accounts;
        this.adapters = adapters;
        this.store = store;
        this.messages = messages;
        this.queries = queries;
        this.providerIds = providerIds;
        this.optOuts = optOuts;
    }

    /**
     * @param accountId absent where the callback itself names its account
     * @throws Problem 404 for an unknown provider or account, 403 for who can't prove himself, 400 for what can't be read
     */
    CompletionStage<WebhookResult.Response> handle(
            String providerName, @Nullable String accountId, @Nullable String token, WebhookRequest request) {
        Provider provider =
                Providers.find(providerName).orElseThrow(() -> Problem.notFound("there is no such provider"));
        ProviderAccount account = account(provider, accountId, request);
        checkToken(account, token);
        return switch (adapters.of(account).webhook(request)) {
            case WebhookResult.Forged forged -> throw Problem.forbidden(forged.reason());
            case WebhookResult.Garbage garbage -> throw Problem.badRequest(garbage.reason());
            case WebhookResult.Understood understood -> {
                List<CompletionStage<Done>> all = new ArrayList<>();
                all.add(store.keep(account.id(), request.body()));
                understood.reports().forEach(report -> all.add(report(account, report)));
                understood.inbound().forEach(inbound -> all.add(inbound(account, inbound)));
                yield CompletableFuture.allOf(all.stream()
                                .map(CompletionStage::toCompletableFuture)
                                .toArray(CompletableFuture[]::new))
                        .thenApply(done -> understood.response());
            }
        };
    }

    private ProviderAccount account(Provider provider, @Nullable String accountId, WebhookRequest request) {
        if (accountId != null) {
            return accounts.find(accountId)
                    .filter(found -> found.provider().equals(provider.name()))
                    .orElseThrow(() -> Problem.notFound("there is no such provider account"));
        }
        Optional<String> key = provider.accountKeyOf(request);
        return accounts.list().stream()
                .filter(found -> found.provider().equals(provider.name()))
                .filter(found -> key.isPresent()
                        && provider.accountKey(found.credentials()).equals(key))
                .findFirst()
                .orElseThrow(() -> Problem.forbidden("the callback names no account that is known here"));
    }

    private static void checkToken(ProviderAccount account, @Nullable String token) {
        String wanted = account.webhookToken();
        if (wanted == null) {
            if (token != null) {
                throw Problem.notFound("there is nothing at this path");
            }
            return;
        }
        boolean right = token != null
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8));
        if (!right) {
            throw Problem.forbidden("the callback URL's token is missing or wrong");
        }
    }

    private CompletionStage<Done> report(ProviderAccount account, WebhookResult.Report named) {
        DeliveryReport report = named.report();
        String tenant = named.tenantId();
        String message = named.messageId();
        if (tenant == null || message == null || !isOurs(account, tenant, message)) {
            return byProviderId(account, unnamed(report));
        }
        return messages.report(tenant, message, report)
                .thenCompose(reply ->
                        reply instanceof MessageEntity.Refused ? byProviderId(account, unnamed(report)) : done());
    }

    private static boolean isOurs(ProviderAccount account, String tenant, String message) {
        return ID.matcher(tenant).matches() && ID.matcher(message).matches() && account.serves(tenant);
    }

    private static DeliveryReport unnamed(DeliveryReport r) {
        return new DeliveryReport(r.kind(), 0, r.providerMessageId(), r.errorClass(), r.code(), r.detail());
    }

    private CompletionStage<Done> byProviderId(ProviderAccount account, DeliveryReport report) {
        return providerIds.find(account.id(), report.providerMessageId()).thenCompose(found -> {
            if (found.isEmpty()) {
                return store.park(account.id(), report);
            }
            ProviderIds.Known known = found.get();
            DeliveryReport numbered = new DeliveryReport(
                    report.kind(),
                    known.attempt(),
                    report.providerMessageId(),
                    report.errorClass(),
                    report.code(),
                    report.detail());
            return messages.report(known.tenantId(), known.messageId(), numbered)
                    .thenCompose(reply ->
                            reply instanceof MessageEntity.Refused ? store.park(account.id(), report) : done());
        });
    }

    private static CompletionStage<Done> done() {
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    private CompletionStage<Done> inbound(ProviderAccount account, WebhookResult.Inbound inbound) {
        CompletionStage<Optional<String>> writtenTo = account.tenantId() != null
                ? CompletableFuture.completedFuture(Optional.of(account.tenantId()))
                : queries.lastTenant(account.id(), inbound.from());
        return writtenTo.thenCompose(tenant -> store.note(account.id(), tenant.orElse(null), inbound)
                .thenCompose(noted -> {
                    if (!noted.news() || tenant.isEmpty() || noted.keyword() == Keywords.NONE) {
                        return done();
                    }
                    OptOuts.Subject subject = new OptOuts.Subject(tenant.get(), inbound.channel(), inbound.from());
                    LOG.atInfo()
                            .addKeyValue("tenant_id", tenant.get())
                            .addKeyValue("account_id", account.id())
                            .addKeyValue("keyword", noted.keyword().name())
                            .log("a person changed consent");
                    if (noted.keyword() == Keywords.START) {
                        optOuts.readmit(subject);
                        return done();
                    }
                    return optOuts.inForce(subject).thenApply(inForce -> {
                        suppressWaiting(tenant.get(), inbound.channel(), inbound.from());
                        return inForce;
                    });
                }));
    }

    /** Attempts are refused already; this is so that who looks sees it at once. */
    private void suppressWaiting(String tenant, Channel channel, String address) {
        queries.waitingFor(tenant, channel, address, MOST_WAITING)
                .thenAccept(waiting -> waiting.forEach(id -> messages.suppress(tenant, id, "opted_out")))
                .exceptionally(e -> {
                    LOG.atDebug().setCause(e).log("waiting messages are suppressed at their attempt");
                    return null;
                });
    }
}
