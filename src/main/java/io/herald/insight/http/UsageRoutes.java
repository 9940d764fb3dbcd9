package io.herald.insight.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.channel.ProviderAccount;
import io.herald.channel.ProviderAccounts;
import io.herald.insight.view.Counter;
import io.herald.insight.view.Dimension;
import io.herald.insight.view.Usage;
import io.herald.insight.view.UsageQueries;
import io.herald.kernel.Channel;
import io.herald.platform.http.Access;
import io.herald.platform.http.Answer;
import io.herald.platform.http.Endpoint;
import io.herald.platform.http.Exchange;
import io.herald.platform.http.Problem;
import io.herald.platform.serialization.Json;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** {@code /api/v1/usage}. */
public final class UsageRoutes implements Endpoint.Group {
    /** A year, whichever. */
    private static final int MOST_DAYS = 366;

    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private final UsageQueries queries;
    private final ProviderAccounts accounts;
    private final InstantSource clock;

    public UsageRoutes(UsageQueries queries, ProviderAccounts accounts, InstantSource clock) {
        this.queries = queries;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/api/v1/usage", Access.VIEWER, this::usage));
    }

    private CompletionStage<Answer> usage(Exchange x) {
        x.onlyQuery("from", "to", "channel", "account", "group_by");
        LocalDate to = date(x, "to").orElseGet(() -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        LocalDate from = date(x, "from").orElseGet(() -> to.withDayOfMonth(1));
        if (from.isAfter(to)) {
            throw Problem.badRequest("from must not be after to, which is " + to);
        }
        if (ChronoUnit.DAYS.between(from, to) >= MOST_DAYS) {
            throw Problem.badRequest("from and to may span " + MOST_DAYS + " days at the most");
        }
        List<Dimension> dimensions = dimensions(x);
        UsageQueries.Filter filter = new UsageQueries.Filter(
                from,
                to,
                x.query("channel", Channel::of),
                x.query("account")
                        .map(named -> accounts.resolve(x.tenant(), named)
                                .map(ProviderAccount::id)
                                .orElse(named)));
        return queries.by(x.tenant(), dimensions, filter).thenApply(found -> {
            ObjectNode answer = Json.mapper().createObjectNode();
            answer.put("from", from.toString()).put("to", to.toString());
            ArrayNode items = answer.putArray("items");
            found.forEach(usage -> items.add(item(usage, dimensions)));
            total(answer.putObject("total"), found);
            return Answer.ok(answer);
        });
    }

    private static Optional<LocalDate> date(Exchange x, String name) {
        return x.query(name).map(text -> {
            try {
                if (DATE.matcher(text).matches()) {
                    return LocalDate.parse(text);
                }
            } catch (DateTimeException e) {
                // as below
            }
            throw Problem.badRequest(name + " must be a date, such as 2026-11-21");
        });
    }

    private static List<Dimension> dimensions(Exchange x) {
        List<Dimension> dimensions = new ArrayList<>();
        for (String name : x.query("group_by").orElse(Dimension.DAY.wire()).split(",", -1)) {
            try {
                dimensions.add(Dimension.of(name));
            } catch (IllegalArgumentException e) {
                throw Problem.badRequest(
                        "group_by must be of month, day, channel and account, with commas between them");
            }
        }
        if (dimensions.stream().distinct().count() < dimensions.size()) {
            throw Problem.badRequest("group_by may name each only once");
        }
        return dimensions;
    }

    private ObjectNode item(Usage usage, List<Dimension> dimensions) {
        ObjectNode item = Json.mapper().createObjectNode();
        for (int i = 0; i < dimensions.size(); i++) {
            String of = usage.group().get(i);
            item.put(dimensions.get(i).wire(), of);
            if (dimensions.get(i) == Dimension.ACCOUNT) {
                accounts.find(of)
                        .ifPresent(account ->
                                item.put("account_name", account.name()).put("provider", account.provider()));
            }
        }
        for (Counter counter : Counter.values()) {
            item.put(counter.wire(), usage.count(counter));
        }
        return item;
    }

    private static void total(ObjectNode total, List<Usage> all) {
        for (Counter counter : Counter.values()) {
            total.put(
                    counter.wire(),
                    all.stream().mapToLong(usage -> usage.count(counter)).sum());
        }
    }
}
