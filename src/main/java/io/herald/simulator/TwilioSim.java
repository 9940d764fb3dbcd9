package io.herald.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Twilio's Programmable Messaging: send, fetch and list, by the wire format of its OpenAPI description. Look-ups are neither
 * audited nor throttled.
 */
final class TwilioSim {
    private static final Pattern PATH = Pattern.compile("/2010-04-01/Accounts/([^/]+)/Messages(?:/([^/]+))?\\.json");
    private static final Pattern ACCOUNT_SID = Pattern.compile("AC[0-9a-zA-Z]{1,40}");
    private static final int PAGE_SIZE = 50;
    private static final int LARGEST_PAGE = 1_000;

    private static final Attempt.Refusals REFUSALS = new Attempt.Refusals() {
        @Override
        public Reply throttled() {
            return TwilioError.of(20429).answer();
        }

        @Override
        public Reply broken(int status) {
            return TwilioError.of(20_000 + status).answer();
        }
    };

    private final TwilioIndex index;

    /** A path of this API. */
    record Resource(String account, @Nullable String message) {}

    private record Credentials(String user, String password) {
        boolean open(String account) {
            return user.equals(account) && !password.isEmpty() && !password.startsWith("bad");
        }
    }

    TwilioSim(TwilioIndex index) {
        this.index = index;
    }

    /** Null where the path is not one of the imitated. */
    static @Nullable Resource resource(String path) {
        Matcher matcher = PATH.matcher(path);
        return matcher.matches() ? new Resource(matcher.group(1), matcher.group(2)) : null;
    }

    static boolean isSend(Request request, Resource resource) {
        return resource.message == null && request.method().equals("POST");
    }

    static Reply notFound(String path) {
        return new TwilioError(20404, "The requested resource " + path + " was not found").answer();
    }

    Attempt send(Request request, Resource resource, Faults faults, Chance chance) {
        String account = resource.account;
        Form form = Form.sent(request);
        String to = text(form.first("To"));
        String content = text(form.first("Body"));
        String key = Attempt.key(request, () -> Hash64.of(account, to, content));
        Attempt.Verdict verdict = verdict(credentials(request), account, form, faults, chance);
        return new Attempt(Api.TWILIO_SMS, account, to, key, verdict, REFUSALS);
    }

    Reply lookUp(Request request, Resource resource) {
        Credentials credentials = credentials(request);
        if (credentials == null || !credentials.open(resource.account)) {
            return TwilioError.of(20003).answer();
        }
        String path = request.path();
        if (!request.method().equals("GET")) {
            return notFound(path);
        }
        if (resource.message == null) {
            return list(request, resource.account);
        }
        TwilioMessage message = index.bySid(resource.message);
        return message == null || !message.account().equals(resource.account)
                ? notFound(path)
                : Reply.json(200, message.json(System.currentTimeMillis()));
    }

    private Reply list(Request request, String account) {
        String path = request.path();
        Form query;
        int size;
        int page;
        Predicate<TwilioMessage> wanted;
        try {
            query = Form.parse(request.query());
            size = Math.clamp(whole(query.first("PageSize"), PAGE_SIZE), 1, LARGEST_PAGE);
            page = Math.clamp(whole(query.first("Page"), 0), 0, TwilioIndex.KEPT);
            wanted = TwilioDates.filter(query);
        } catch (IllegalArgumentException e) {
            return new TwilioError(20001, "The query can't be read: " + e.getMessage()).answer();
        }
        String from = query.first("From");
        String to = query.first("To");
        Predicate<TwilioMessage> all = wanted.and(message -> message.account().equals(account))
                .and(message -> from == null || message.sender().equals(from));
        List<TwilioMessage> found =
                to != null && !Phones.e164(to) ? List.of() : index.find(to, all, page * size, size + 1);
        boolean more = found.size() > size;
        List<TwilioMessage> shown = more ? found.subList(0, size) : found;

        long now = System.currentTimeMillis();
        ObjectNode json = Reply.JSON.createObjectNode();
        ArrayNode messages = json.putArray("messages");
        shown.forEach(message -> messages.add(message.json(now)));
        String unpaged = path + "?" + unpaged(query);
        return Reply.json(
                200,
                json.put("page", page)
                        .put("page_size", size)
                        .put("start", page * size)
                        .put("end", shown.isEmpty() ? 0 : page * size + shown.size() - 1)
                        .put("uri", unpaged + "PageSize=" + size + "&Page=" + page)
                        .put("first_page_uri", unpaged + "PageSize=" + size + "&Page=0")
                        .put(
                                "previous_page_uri",
                                page == 0 ? null : unpaged + "PageSize=" + size + "&Page=" + (page - 1))
                        .put("next_page_uri", more ? unpaged + "PageSize=" + size + "&Page=" + (page + 1) : null));
    }

    private Attempt.Verdict verdict(
            @Nullable Credentials credentials, String account, Form form, Faults faults, Chance chance) {
        if (credentials == null || !credentials.open(account)) {
            return refused(TwilioError.of(20003));
        }
        if (!ACCOUNT_SID.matcher(account).matches()) {
            return refused(TwilioError.of(20404));
        }
        TwilioError broken = TwilioRules.broken(form);
        TwilioError refusal = broken != null ? broken : drawn(faults.fates().codes(), chance);
        if (refusal != null) {
            return refused(refusal);
        }
        String to = text(form.first("To"));
        int media = form.all("MediaUrl").size();
        TwilioMessage message = new TwilioMessage(
                index.nextSid(media > 0),
                account,
                to,
                form.first("From"),
                form.first("MessagingServiceSid"),
                text(form.first("Body")),
                media,
                System.currentTimeMillis(),
                (int) faults.reports().delay().toMillis(),
                Fate.of(Api.TWILIO_SMS, to, faults.fates(), chance));
        return new Attempt.Verdict.Willing(
                new TwilioSend(message, index, credentials.password, form.first("StatusCallback")));
    }

    private static Attempt.Verdict refused(TwilioError error) {
        return new Attempt.Verdict.Refused(error.outcome(), error.answer());
    }

    private static @Nullable TwilioError drawn(Map<Integer, Double> codes, Chance chance) {
        if (!codes.isEmpty()) {
            double dice = chance.fraction();
            for (Map.Entry<Integer, Double> code : codes.entrySet()) {
                dice -= code.getValue();
                if (dice < 0) {
                    return TwilioError.of(code.getKey());
                }
            }
        }
        return null;
    }

    private static @Nullable Credentials credentials(Request request) {
        String header = request.header("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(6).strip());
            String pair = new String(decoded, StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? null : new Credentials(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String unpaged(Form query) {
        Form rest = new Form(query.fields().stream()
                .filter(field -> !field.name().startsWith("Page"))
                .toList());
        return rest.fields().isEmpty() ? "" : rest.encoded() + "&";
    }

    private static int whole(@Nullable String text, int absent) {
        return text == null ? absent : Integer.parseInt(text);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
