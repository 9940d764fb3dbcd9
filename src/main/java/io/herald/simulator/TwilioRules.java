package io.herald.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Twilio demands of the parameters of a send. Parameters not named here are taken and ignored, scheduling among them:
 * the simulator sends at once.
 */
final class TwilioRules {
    private static final Pattern MESSAGING_SERVICE = Pattern.compile("MG[0-9a-fA-F]{32}");
    private static final Pattern CONTENT = Pattern.compile("HX[0-9a-fA-F]{32}");
    private static final int LONGEST_BODY = 1_600;
    private static final int MOST_MEDIA = 10;
    private static final int LONGEST_VALIDITY_SECONDS = 36_000;

    private TwilioRules() {}

    /** The first rule broken, or null. */
    static @Nullable TwilioError broken(Form form) {
        TwilioError broken = recipient(form.first("To"));
        broken = broken != null ? broken : sender(form.first("From"), form.first("MessagingServiceSid"));
        broken = broken != null ? broken : content(form);
        return broken != null ? broken : options(form.first("StatusCallback"), form.first("ValidityPeriod"));
    }

    private static @Nullable TwilioError recipient(@Nullable String to) {
        if (to == null) {
            return new TwilioError(21604, "A 'To' phone number is required.");
        }
        return Phones.e164(to) ? null : new TwilioError(21211, "Invalid 'To' Phone Number: " + to);
    }

    private static @Nullable TwilioError sender(@Nullable String from, @Nullable String service) {
        if (from == null && service == null) {
            return new TwilioError(21603, "A 'From' phone number is required.");
        }
        if (service != null && !MESSAGING_SERVICE.matcher(service).matches()) {
            return new TwilioError(21705, "The Messaging Service Sid " + service + " is invalid.");
        }
        return from == null || Phones.sender(from)
                ? null
                : new TwilioError(21212, "The 'From' number " + from + " is not a valid sender.");
    }

    private static @Nullable TwilioError content(Form form) {
        String body = form.first("Body");
        List<String> media = form.all("MediaUrl");
        String content = form.first("ContentSid");
        if (body == null && media.isEmpty() && content == null) {
            return new TwilioError(21602, "Message body is required.");
        }
        if (body != null && body.codePointCount(0, body.length()) > LONGEST_BODY) {
            return new TwilioError(21617, "The concatenated message body exceeds the 1600 character limit.");
        }
        if (media.size() > MOST_MEDIA) {
            return new TwilioError(21623, "Number of media files exceeds allowed limit.");
        }
        if (!media.stream().allMatch(Urls::absolute)) {
            return new TwilioError(21620, "Invalid media URL(s).");
        }
        if (content != null && !CONTENT.matcher(content).matches()) {
            return new TwilioError(21655, "The ContentSid is invalid.");
        }
        String variables = form.first("ContentVariables");
        return variables == null || isObject(variables)
                ? null
                : new TwilioError(21656, "The ContentVariables are no JSON object.");
    }

    private static @Nullable TwilioError options(@Nullable String statusCallback, @Nullable String validity) {
        if (statusCallback != null && !Urls.absolute(statusCallback)) {
            return new TwilioError(21609, "Invalid 'StatusCallback' URL: " + statusCallback);
        }
        if (validity != null
                && (!validity.matches("\\d{1,5}")
                        || Integer.parseInt(validity) < 1
                        || Integer.parseInt(validity) > LONGEST_VALIDITY_SECONDS)) {
            return new TwilioError(21624, "Invalid ValidityPeriod: " + validity);
        }
        return null;
    }

    private static boolean isObject(String text) {
        try {
            return Reply.JSON.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
