package io.herald.message.view;

import static io.herald.support.Envelopes.RCS;
import static io.herald.support.Envelopes.RULES;
import static io.herald.support.Envelopes.SMS;
import static io.herald.support.Envelopes.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.kernel.DeliveryReport;
import io.herald.kernel.ErrorClass;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.Envelope;
import io.herald.message.domain.Message;
import io.herald.message.domain.MessageEvent;
import io.herald.message.domain.MessageEvent.AttemptStart;
import io.herald.platform.journal.InlineView.Entry;
import io.herald.support.Envelopes;
import io.herald.support.OpenDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a provider says of consent stands as soon as the event that says it does, and not before. */
class ReportedOptOutsTest {
    private static final OpenDatabase DB = OpenDatabase.fresh();
    private static final Envelope ENVELOPE = Envelopes.of(RCS, SMS);

    private final ReportedOptOuts view = new ReportedOptOuts();

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void nobodyHasOptedOut() {
        DB.update("TRUNCATE opt_out");
    }

    private static Message sending() {
        AttemptStart start = new AttemptStart(
                1, 0, RCS.channel(), "rcs-1", "key", 1, "node", T0.plus(RULES.attemptLease()), Map.of(), "none");
        return Message.evolve(
                null, new MessageEvent.Queued(T0, ENVELOPE, "fed", "node", T0.plus(RULES.queueLease()), start));
    }

    private static List<Entry<MessageRecorded>> after(Message message, MessageEvent event) {
        return List.of(new Entry<>("Message|t1/c1-7", 2, MessageRecorded.of(message, event)));
    }

    private void write(List<Entry<MessageRecorded>> entries) {
        DB.database().transactHere(c -> {
            view.write(c, entries);
            return true;
        });
    }

    private static List<String> optOuts() {
        return DB.list(
                "SELECT tenant_id || ' ' || channel || ' ' || address || ' ' || source FROM opt_out",
                row -> row.getString(1));
    }

    private static MessageEvent rejected(ErrorClass errorClass) {
        return new MessageEvent.AttemptRejected(T0, 1, errorClass, "code", "detail", null, true);
    }

    @Test
    void aRefusalThatMeansAnOptOutIsRecordedWithItsEvent() {
        write(after(sending(), rejected(ErrorClass.OPTED_OUT)));
        write(after(sending(), rejected(ErrorClass.OPTED_OUT)));
        assertThat(optOuts()).containsExactly("t1 rcs +14155550007 provider");
    }

    @Test
    void soIsAReportThatComesLate() {
        write(after(
                sending(),
                new MessageEvent.LateReceipt(T0, 1, DeliveryReport.Kind.UNDELIVERED, "id-1", ErrorClass.OPTED_OUT)));
        assertThat(optOuts()).containsExactly("t1 rcs +14155550007 provider");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OPTED_OUT")
    void noOtherRefusalIsOne(ErrorClass errorClass) {
        write(after(sending(), rejected(errorClass)));
        assertThat(optOuts()).isEmpty();
    }

    @Test
    void whatIsNotCommittedIsNotRecorded() {
        assertThatThrownBy(() -> DB.database().transactHere(c -> {
                    view.write(c, after(sending(), rejected(ErrorClass.OPTED_OUT)));
                    throw new IllegalStateException("the journal could not be written");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(optOuts()).isEmpty();
    }
}
