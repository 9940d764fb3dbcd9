package io.herald.message.domain;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.kernel.Decision;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.kernel.LookUp;
import io.herald.kernel.SendResult;
import io.herald.message.domain.MessageDecider.Moment;
import io.herald.support.Envelopes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What each command comes to in each state, as one table: the events, {@code -} for none, or the refusal. */
class EveryCommandInEveryStateTest {
    private static final Envelope ENVELOPE = Envelopes.of(RCS, SMS);

    private static Map<String, Story> states() {
        Map<String, Story> states = new LinkedHashMap<>();
        states.put("nothing", Story.of(ENVELOPE));
        states.put("scheduled", Story.of(ENVELOPE).does(new MessageCommand.Submit(ENVELOPE, T0.plusSeconds(1000))));
        states.put("queued", Story.queued(ENVELOPE));
        states.put("sending", Story.sending(ENVELOPE));
        states.put("retrying", Story.sending(ENVELOPE).rejected(ErrorClass.RETRYABLE));
        states.put("sent", Story.sending(ENVELOPE).accepted());
        states.put("sent, last route", Story.sending(SMS).accepted());
        states.put("sent, settled", Story.sending(ENVELOPE).accepted().does(new MessageCommand.Cancel("x")));
        states.put("fell back", Story.sending(ENVELOPE).accepted().reported(Kind.UNDELIVERED));
        states.put(
                "sending, fell back",
                Story.sending(ENVELOPE).rejected(ErrorClass.CHANNEL_UNAVAILABLE).start());
        states.put("unknown", Story.sending(ENVELOPE).unknown());
        states.put("unknown, left", Story.sending(ENVELOPE).unknown().does(new MessageCommand.Cancel("x")));
        states.put("delivered", Story.sending(ENVELOPE).accepted().reported(Kind.DELIVERED));
        states.put("read", Story.sending(ENVELOPE).accepted().reported(Kind.READ));
        states.put("failed", Story.sending(ENVELOPE).rejected(ErrorClass.PERMANENT_CONTENT));
        states.put("suppressed", Story.sending(ENVELOPE).rejected(ErrorClass.OPTED_OUT));
        states.put("expired", Story.queued(ENVELOPE).after(Envelopes.LIFETIME).wakes());
        states.put("cancelled", Story.queued(ENVELOPE).does(new MessageCommand.Cancel("x")));
        return states;
    }

    private static final Map<String, MessageCommand> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("submit", new MessageCommand.Submit(ENVELOPE, null));
        COMMANDS.put("enter suppressed", new MessageCommand.EnterSuppressed(ENVELOPE, "opted_out"));
        COMMANDS.put("enter failed", new MessageCommand.EnterFailed(ENVELOPE, "code", "detail"));
        COMMANDS.put("start", new MessageCommand.Start(null, Map.of(), "none"));
        COMMANDS.put("feed", new MessageCommand.Start(ENVELOPE, Map.of(), "none"));
        COMMANDS.put("accepted", answer(new SendResult.Accepted("id-1")));
        COMMANDS.put("rejected, retryable", answer(rejected(ErrorClass.RETRYABLE)));
        COMMANDS.put("rejected, throttled", answer(rejected(ErrorClass.THROTTLED)));
        COMMANDS.put("rejected, config", answer(rejected(ErrorClass.PERMANENT_CONFIG)));
        COMMANDS.put("rejected, unavailable", answer(rejected(ErrorClass.CHANNEL_UNAVAILABLE)));
        COMMANDS.put("rejected, opted out", answer(rejected(ErrorClass.OPTED_OUT)));
        COMMANDS.put("no answer", answer(new SendResult.Unknown("timeout", "")));
        COMMANDS.put("report sent", Story.report(1, Kind.SENT));
        COMMANDS.put("report undelivered", Story.report(1, Kind.UNDELIVERED));
        COMMANDS.put("report delivered", Story.report(1, Kind.DELIVERED));
        COMMANDS.put("report read", Story.report(1, Kind.READ));
        COMMANDS.put("interrupted", new MessageCommand.Interrupted(1));
        COMMANDS.put("found", new MessageCommand.Resolve(1, new LookUp.Found("id-1", null)));
        COMMANDS.put("absent", new MessageCommand.Resolve(1, new LookUp.Absent()));
        COMMANDS.put("not supported", new MessageCommand.Resolve(1, new LookUp.NotSupported()));
        COMMANDS.put("wake", new MessageCommand.Wake());
        COMMANDS.put("cancel", new MessageCommand.Cancel("x"));
        COMMANDS.put("withdraw", new MessageCommand.Withdraw("x"));
        COMMANDS.put("suppress", new MessageCommand.Suppress("opted_out"));
        COMMANDS.put("replay", new MessageCommand.Replay());
    }

    private static MessageCommand answer(SendResult result) {
        return new MessageCommand.RecordResult(1, result);
    }

    private static SendResult rejected(ErrorClass errorClass) {
        return new SendResult.Rejected(errorClass, "code", "detail", null);
    }

    /** All of it a minute and a half later: retries and TTLs are due, schedules are not. */
    private static String outcome(Story story, MessageCommand command) {
        Moment moment = new Moment(story.now().plusSeconds(90), 0.5, Story.NODE);
        return switch (new MessageDecider(RULES).decide(story.stateOrNull(), command, moment)) {
            case Decision.Refused<MessageEvent> refused ->
                refused.rejection().code().toString();
            case Decision.Accepted<MessageEvent> accepted when accepted.events().isEmpty() -> "-";
            case Decision.Accepted<MessageEvent> accepted ->
                accepted.events().stream()
                        .map(EveryCommandInEveryStateTest::brief)
                        .collect(Collectors.joining(" "));
        };
    }

    private static String brief(MessageEvent event) {
        String name = event.getClass().getSimpleName();
        return switch (event) {
            case MessageEvent.Queued e -> name + (e.attempt() == null ? "" : "+AttemptStarted");
            case MessageEvent.AttemptRejected e -> name + (e.retryAt() == null ? "" : "+retry");
            case MessageEvent.AttemptResolved e -> name + ":" + e.outcome() + (e.retryAt() == null ? "" : "+retry");
            default -> name;
        };
    }

    private static String table() {
        StringBuilder table = new StringBuilder();
        states().forEach((name, story) -> {
            table.append(name).append('\n');
            Map<String, List<String>> byOutcome = COMMANDS.entrySet().stream()
                    .collect(Collectors.groupingBy(
                            e -> outcome(story, e.getValue()),
                            LinkedHashMap::new,
                            Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
            byOutcome.forEach((outcome, commands) -> table.append("    ")
                    .append(outcome)
                    .append(" <- ")
                    .append(String.join("; ", commands))
                    .append('\n'));
        });
        return table.toString();
    }

    @Test
    void everyCommandInEveryStateComesToWhatTheTableSays() throws IOException {
        try (InputStream expected = getClass().getResourceAsStream("every-command-in-every-state.txt")) {
            assertThat(table()).isEqualTo(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
