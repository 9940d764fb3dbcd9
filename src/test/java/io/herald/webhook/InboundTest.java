package io.herald.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.ProviderAccount;
import io.herald.channel.Samples;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.contact.OptOuts;
import io.herald.contact.OptOuts.Subject;
import io.herald.kernel.Channel;
import io.herald.support.TestStore;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people write, and what follows from it for consent, over real PostgreSQL. */
class InboundTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String ANN = "+14155550100";
    private static final String JSON = "application/json";

    @SuppressWarnings("NullAway.Init")
    private static WebhookRig rig;

    private final String tenant = rig.tenant();
    private final ProviderAccount twilio = rig.twilio(tenant, "AC" + tenant);

    @BeforeAll
    static void open() {
        rig = new WebhookRig();
    }

    @AfterAll
    static void close() {
        rig.close();
    }

    private void write(String sid, String text) {
        rig.handle(twilio, Signed.inbound(twilio, sid, ANN, text));
    }

    private boolean isRefused() {
        Subject subject = new Subject(tenant, Channel.SMS, ANN);
        OptOuts.Passage passage = TestStore.join(rig.optOuts.enter(subject));
        rig.optOuts.leave(passage);
        return passage.refused();
    }

    @Test
    void whatAPersonWroteIsStoredOnceAndAnsweredInTwiml() {
        WebhookRequest request = Signed.inbound(twilio, "SM-1", ANN, "Hello 😀 'x'");
        WebhookResult.Response response = rig.handle(twilio, request);
        rig.handle(twilio, request);
        assertThat(response.contentType()).isEqualTo("text/xml");
        assertThat(response.body()).isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
        assertThat(rig.inbound(twilio))
                .containsExactly(tenant + "|sms|" + ANN + "|" + Samples.FROM + "|Hello 😀 'x'|SM-1");
        assertThat(isRefused()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STOP",
                "STOPALL",
                "UNSUBSCRIBE",
                "CANCEL",
                "END",
                "QUIT",
                "REVOKE",
                "OPTOUT",
                "stop",
                " Stop! ",
                "\tunsubscribe\n"
            })
    void stopMeansStop(String word) {
        write("SM-1", word);
        assertThat(isRefused()).isTrue();
        assertThat(rig.isOptedOut(tenant, Channel.SMS, ANN)).isTrue();
        assertThat(rig.inbound(twilio)).as("it is stored like any message").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"START", "YES", "UNSTOP", "start", " Yes. "})
    void startLiftsIt(String word) {
        write("SM-1", "STOP");
        write("SM-2", word);
        assertThat(isRefused()).isFalse();
        assertThat(rig.optOuts.isRevoked(new Subject(tenant, Channel.SMS, ANN))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HELP", "INFO", "please stop", "", "stop it"})
    void otherWordsChangeNothing(String word) {
        write("SM-1", word);
        assertThat(isRefused()).isFalse();
        write("SM-2", "STOP");
        write("SM-3", word);
        assertThat(isRefused()).isTrue();
    }

    @Test
    void aStopThatIsRepeatedAfterAStartChangesNothing() {
        write("SM-1", "STOP");
        write("SM-2", "START");
        write("SM-1", "STOP");
        assertThat(isRefused()).isFalse();
    }

    @Test
    void stopBindsOneTenantChannelAndAddress() {
        write("SM-1", "STOP");
        assertThat(rig.store.texts("SELECT channel || address FROM opt_out WHERE tenant_id = ?", tenant))
                .containsExactly("sms" + ANN);
        assertThat(rig.isOptedOut(rig.tenant(), Channel.SMS, ANN)).isFalse();
    }

    @Test
    void stopIsInForceForAttemptsThatEnteredBefore() {
        Subject subject = new Subject(tenant, Channel.SMS, ANN);
        OptOuts.Passage passage = TestStore.join(rig.optOuts.enter(subject));
        var stopping = rig.webhooks
                .handle("twilio", twilio.id(), null, Signed.inbound(twilio, "SM-1", ANN, "STOP"))
                .toCompletableFuture();
        Until.holds("recorded", PATIENCE, () -> rig.optOuts.isRevoked(subject));
        assertThat(stopping).as("no 2xx while an attempt may start").isNotDone();
        rig.optOuts.leave(passage);
        assertThat(stopping.join().contentType()).isEqualTo("text/xml");
    }

    @Test
    void stopSuppressesWhatWaitsForThePerson() {
        rig.row(tenant, "waits", twilio, ANN, "queued");
        rig.row(tenant, "later", twilio, ANN, "scheduled");
        rig.row(tenant, "again", twilio, ANN, "retrying");
        rig.row(tenant, "sent", twilio, ANN, "sent");
        rig.row(tenant, "other", twilio, "+14155550199", "queued");
        write("SM-1", "STOP");
        for (String waiting : List.of("waits", "later", "again")) {
            Until.holds(waiting, PATIENCE, () -> rig.toldTo(tenant, waiting).equals(List.of("opted_out")));
        }
        assertThat(rig.toldTo(tenant, "sent")).isEmpty();
        assertThat(rig.toldTo(tenant, "other")).isEmpty();
    }

    @Test
    void atASharedAccountTheTenantWhoWroteLastIsMeant() {
        String other = rig.tenant();
        ProviderAccount shared = rig.twilio(null, "ACshared" + tenant);
        rig.row(other, "m1", shared, ANN, "delivered");
        rig.row(tenant, "m2", shared, ANN, "delivered");
        rig.handle(shared, Signed.inbound(shared, "SM-1", ANN, "STOP"));
        assertThat(rig.isOptedOut(tenant, Channel.SMS, ANN)).isTrue();
        assertThat(rig.isOptedOut(other, Channel.SMS, ANN)).isFalse();
        assertThat(rig.inbound(shared)).allMatch(row -> row.startsWith(tenant + "|"));
    }

    @Test
    void whoWritesToNobodyIsStoredAllTheSame() {
        ProviderAccount shared = rig.twilio(null, "ACshared" + tenant);
        rig.handle(shared, Signed.inbound(shared, "SM-1", "+14155550777", "STOP"));
        assertThat(rig.inbound(shared)).containsExactly("-|sms|+14155550777|" + Samples.FROM + "|STOP|SM-1");
    }

    @Test
    void textThatNoDatabaseHoldsIsStoredMended() {
        write("SM-1", "a\u0000b");
        assertThat(rig.inbound(twilio)).containsExactly(tenant + "|sms|" + ANN + "|" + Samples.FROM + "|a\ufffdb|SM-1");
    }

    @Test
    void gupshupsOwnWordOnConsentCounts() {
        ProviderAccount gupshup = rig.gupshup(tenant);
        String url = Signed.url(gupshup, "/token0123456789");
        rig.handle(
                gupshup,
                Samples.callback(
                        url,
                        JSON,
                        "{\"type\":\"user-event\",\"timestamp\":1,\"payload\":{\"phone\":\"14155550100\",\"type\":\"opted-out\"}}"));
        assertThat(rig.isOptedOut(tenant, Channel.RCS, ANN)).isTrue();
        rig.handle(
                gupshup,
                Samples.callback(
                        url,
                        JSON,
                        "{\"type\":\"user-event\",\"timestamp\":2,\"payload\":{\"phone\":\"14155550100\",\"type\":\"opted-in\"}}"));
        assertThat(rig.isOptedOut(tenant, Channel.RCS, ANN)).isFalse();
    }
}
