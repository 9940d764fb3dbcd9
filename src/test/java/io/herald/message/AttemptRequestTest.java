package io.herald.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Category;
import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.kernel.UnknownPolicy;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageEvent.AttemptStart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a provider is asked about an attempt. */
class AttemptRequestTest {
    private static final Instant STARTED = Instant.parse("2030-01-01T10:00:00Z");

    @Test
    void anAttemptIsLookedUpFromItsStartHoweverLateItsOutcomeWasMissed() {
        Instant missed = STARTED.plus(Duration.ofMinutes(20));
        Message message = Message.evolve(null, started());
        message = Message.evolve(
                message, new MessageEvent.AttemptUnknown(missed, 1, "interrupted", "", missed.plusSeconds(3)));

        assertThat(Dispatch.request(message, message.attempts().getLast()).startedAt())
                .isEqualTo(STARTED);
    }

    private static MessageEvent started() {
        Envelope envelope = new Envelope(
                "t",
                "m",
                null,
                0,
                Category.MARKETING,
                null,
                List.of(new Envelope.Step(Channel.SMS, "a", null)),
                UnknownPolicy.PREFER_DUPLICATE,
                STARTED.plus(Duration.ofDays(3)),
                Map.of(),
                new Envelope.Person("+14155550100", Map.of(Channel.SMS, Content.text("Hi"))));
        AttemptStart attempt =
                new AttemptStart(1, 0, Channel.SMS, "a", "m/0", 1, "n", STARTED.plusSeconds(60), Map.of(), "");
        return new MessageEvent.Queued(STARTED, envelope, "submitted", "n", STARTED.plusSeconds(600), attempt);
    }
}
