package io.herald.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way through Twilio: its resource, and who is told about it.
 *
 * @param authToken signs the callbacks
 */
record TwilioSend(
        TwilioMessage resource,
        TwilioIndex index,
        String authToken,
        @Nullable String statusCallback) implements Message {

    private static final DateTimeFormatter CARRIER_DATE =
            DateTimeFormatter.ofPattern("yyMMddHHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Override
    public String id() {
        return resource.sid();
    }

    @Override
    public Fate fate() {
        return resource.fate();
    }

    @Override
    public Reply answer() {
        return Reply.json(201, resource.json(resource.createdMillis()));
    }

    @Override
    public void accepted() {
        index.add(resource);
    }

    /** No callback tells of the initial state. */
    @Override
    public List<String> states(boolean all) {
        if (!all) {
            return List.of(resource.finalState());
        }
        List<String> states = new ArrayList<>(List.of("sending", "sent", resource.finalState()));
        if (resource.service() != null) {
            states.addFirst("queued");
        }
        return states;
    }

    @Override
    public @Nullable Callback callback(String state, long epochMillis) {
        return statusCallback == null ? null : new StatusCallback(this, statusCallback, state, epochMillis);
    }

    private record StatusCallback(TwilioSend send, String url, String state, long epochMillis) implements Callback {
        @Override
        public Post post(int tries) {
            TwilioMessage message = send.resource;
            List<Form.Field> fields = new ArrayList<>(Form.of(
                            "MessageSid", message.sid(),
                            "SmsSid", message.sid(),
                            "MessageStatus", state,
                            "SmsStatus", state,
                            "AccountSid", message.account(),
                            "From", message.sender(),
                            "To", message.to(),
                            "ApiVersion", TwilioMessage.API_VERSION)
                    .fields());
            if (message.service() != null) {
                fields.add(new Form.Field("MessagingServiceSid", message.service()));
            }
            if (state.equals(message.finalState())) {
                fields.add(new Form.Field("RawDlrDoneDate", CARRIER_DATE.format(Instant.ofEpochMilli(epochMillis))));
                if (message.errorCode() != 0) {
                    fields.add(new Form.Field("ErrorCode", Integer.toString(message.errorCode())));
                }
            }
            Post post = TwilioSend.post(send.authToken, url, new Form(fields));
            return tries == 0 ? post : post.with("I-Twilio-Idempotency-Token", token(message.sid() + state));
        }

        @Override
        public Retry retry() {
            return TwilioRetry.of(url);
        }

        private static String token(String of) {
            return new UUID(Hash64.of(of), Hash64.of(of, "token")).toString();
        }
    }

    /** A signed form to one of the customer's URLs. */
    static Post post(String authToken, String url, Form form) {
        return new Post(
                url,
                Form.MEDIA_TYPE,
                form.encoded().getBytes(StandardCharsets.UTF_8),
                Map.of("X-Twilio-Signature", TwilioSignature.sign(authToken, url, form)));
    }
}
