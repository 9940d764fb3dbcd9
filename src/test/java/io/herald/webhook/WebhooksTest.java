package io.herald.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.channel.ProviderAccount;
import io.herald.channel.Samples;
import io.herald.channel.WebhookRequest;
import io.herald.channel.WebhookResult;
import io.herald.kernel.DeliveryReport;
import io.herald.kernel.DeliveryReport.Kind;
import io.herald.kernel.ErrorClass;
import io.herald.message.ProviderIds;
import io.herald.support.TestStore;
import io.herald.support.Until;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a callback's arrival to its effect, over real PostgreSQL. */
class WebhooksTest {
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

    private String named(String message) {
        return "?tenant=" + tenant + "&message=" + message + "&attempt=2";
    }

    private static DeliveryReport delivered(int attempt, String id) {
        return new DeliveryReport(Kind.DELIVERED, attempt, id, null, "", "");
    }

    @Test
    void whoCannotProveHimselfHasNoEffect() {
        WebhookRequest right = Signed.report(twilio, named("m1"), "SM1", "delivered");
        WebhookRequest unsigned =
                new WebhookRequest(right.url(), right.query(), Map.of(), right.contentType(), right.body());
        WebhookRequest forged = new WebhookRequest(
                right.url().replace("m1", "m2"),
                Map.of("tenant", tenant, "message", "m2", "attempt", "2"),
                right.headers(),
                right.contentType(),
                right.body());
        WebhookRequest mangled = new WebhookRequest(
                right.url(), right.query(), right.headers(), right.contentType(), new byte[] {'%', 'z', (byte) 0xff});
        for (WebhookRequest request : List.of(unsigned, forged, mangled)) {
            assertThat(rig.refusal("twilio", twilio.id(), null, request)).isEqualTo(403);
        }
        assertThat(rig.toldTo(tenant, "m1")).isEmpty();
        assertThat(rig.toldTo(tenant, "m2")).isEmpty();
        assertThat(rig.kept(twilio)).isZero();
        assertThat(rig.parked(twilio)).isZero();
    }

    @Test
    void anotherAccountsSignatureProvesNothing() {
        ProviderAccount other = TestStore.join(rig.accounts.change(
                        rig.twilio(tenant, "ACother" + tenant).id(),
                        null,
                        null,
                        Map.of("account_sid", "ACother" + tenant, "auth_token", "another"),
                        null))
                .orElseThrow();
        assertThat(rig.refusal("twilio", other.id(), null, Signed.report(other, named("m1"), "SM1", "delivered")))
                .isEqualTo(403);
    }

    @Test
    void whatIsSignedAndMakesNoSenseIsABadRequest() {
        assertThat(rig.refusal("twilio", twilio.id(), null, Signed.form(Signed.url(twilio, ""), Map.of("a", "b"))))
                .isEqualTo(400);
    }

    @Test
    void nobodyIsAtAnUnknownPath() {
        WebhookRequest right = Signed.report(twilio, named("m1"), "SM1", "delivered");
        assertThat(rig.refusal("nobody", twilio.id(), null, right)).isEqualTo(404);
        assertThat(rig.refusal("twilio", "nobody", null, right)).isEqualTo(404);
        assertThat(rig.refusal("gupshup", twilio.id(), null, right))
                .as("another vendor's account")
                .isEqualTo(404);
        assertThat(rig.refusal("twilio", twilio.id(), "token", right)).isEqualTo(404);
        assertThat(rig.toldTo(tenant, "m1")).isEmpty();
    }

    @Test
    void aTokenInTheUrlStandsForASignature() {
        ProviderAccount gupshup = rig.gupshup(tenant);
        WebhookRequest event = gupshupEvent("g-1", "delivered");
        assertThat(rig.refusal("gupshup", gupshup.id(), null, event)).isEqualTo(403);
        assertThat(rig.refusal("gupshup", gupshup.id(), "token012345678", event))
                .isEqualTo(403);
        assertThat(rig.refusal("gupshup", gupshup.id(), "Token0123456789", event))
                .isEqualTo(403);
        assertThat(rig.refusal("gupshup", gupshup.id(), "", event)).isEqualTo(403);
        assertThat(rig.kept(gupshup)).isZero();
        assertThat(rig.refusal("gupshup", gupshup.id(), "token0123456789", event))
                .isZero();
        assertThat(rig.kept(gupshup)).isEqualTo(1);
    }

    @Test
    void aCallbackMayNameItsAccountItself() {
        WebhookRequest inbound = Signed.inbound(twilio, "SM-in-1", ANN, "Hello");
        assertThat(rig.refusal("twilio", null, null, inbound)).isZero();
        assertThat(rig.inbound(twilio)).hasSize(1);
        WebhookRequest nameless = Signed.report(twilio, named("m1"), "SM1", "delivered");
        assertThat(rig.refusal("twilio", null, null, nameless)).isEqualTo(403);
        assertThat(rig.refusal("gupshup", null, null, inbound)).isEqualTo(403);
    }

    @Test
    void aReportThatNamesItsMessageIsToldToIt() {
        WebhookResult.Response response = rig.handle(twilio, Signed.report(twilio, named("m1"), "SM1", "delivered"));
        assertThat(response).isEqualTo(WebhookResult.Response.EMPTY);
        assertThat(rig.reportsTo(tenant, "m1")).containsExactly(delivered(2, "SM1"));
        assertThat(rig.parked(twilio)).isZero();
    }

    @Test
    void theRawBodyIsKept() {
        WebhookRequest request = Signed.report(twilio, named("m1"), "SM1", "delivered", "Extra", "ü");
        rig.handle(twilio, request);
        assertThat(rig.store.texts(
                        "SELECT convert_from(body, 'UTF8') FROM provider_event WHERE account = ?", twilio.id()))
                .containsExactly(request.text());
    }

    @Test
    void aReportMayNotNameAnotherTenantsMessage() {
        String stranger = rig.tenant();
        String query = "?tenant=" + stranger + "&message=m1&attempt=1";
        rig.handle(twilio, Signed.report(twilio, query, "SM1", "delivered"));
        assertThat(rig.toldTo(stranger, "m1")).isEmpty();
        assertThat(rig.parked(twilio)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m%2F1", "m%001", "m+1", "..", "x%20"})
    void aReportMayNotNameWhatIsNoId(String message) {
        rig.handle(
                twilio,
                Signed.report(twilio, "?tenant=" + tenant + "&message=" + message + "&attempt=1", "SM1", "sent"));
        assertThat(rig.told).noneMatch(told -> told.message().startsWith(tenant + "/"));
        assertThat(rig.parked(twilio)).isEqualTo(1);
    }

    @Test
    void aSharedAccountServesEveryTenant() {
        ProviderAccount shared = rig.twilio(null, "ACshared" + tenant);
        rig.handle(shared, Signed.report(shared, named("m1"), "SM1", "delivered"));
        assertThat(rig.reportsTo(tenant, "m1")).hasSize(1);
    }

    @Test
    void aRepeatedReportIsToldAgainAndTakenAgain() {
        WebhookRequest request = Signed.report(twilio, named("m1"), "SM1", "delivered");
        rig.handle(twilio, request);
        rig.handle(twilio, request);
        assertThat(rig.reportsTo(tenant, "m1")).as("the message itself knows").containsOnly(delivered(2, "SM1"));
    }

    @Test
    void aReportIsFoundByTheProvidersIdOnceThatIsJournaled() {
        ProviderAccount gupshup = rig.gupshup(tenant);
        rig.ref(gupshup, "g-1", tenant, "m1");
        rig.handle(gupshup, gupshupEvent("g-1", "delivered"));
        assertThat(rig.reportsTo(tenant, "m1")).containsExactly(delivered(0, "g-1"));
    }

    @Test
    void aReportIsFoundByWhatThisNodeWasToldAMomentAgo() {
        ProviderAccount gupshup = rig.gupshup(tenant);
        rig.providerIds.remember(gupshup.id(), "g-1", new ProviderIds.Known(tenant, "m1", 3));
        rig.handle(gupshup, gupshupEvent("g-1", "delivered"));
        assertThat(rig.reportsTo(tenant, "m1")).containsExactly(delivered(3, "g-1"));
    }

    @Test
    void oneAccountsIdMeansNothingAtAnother() {
        ProviderAccount gupshup = rig.gupshup(tenant);
        ProviderAccount other = rig.gupshup(tenant);
        rig.ref(other, "g-1", tenant, "m1");
        rig.handle(gupshup, gupshupEvent("g-1", "delivered"));
        assertThat(rig.toldTo(tenant, "m1")).isEmpty();
        assertThat(rig.parked(gupshup)).isEqualTo(1);
    }

    @Test
    void everyReportOfABatchIsToldToItsMessage() {
        ProviderAccount gupshup = rig.gupshup(tenant);
        rig.ref(gupshup, "b-1", tenant, "m1");
        rig.ref(gupshup, "b-2", tenant, "m2");
        String batch = """
                [{"externalId":"b-1","eventType":"DELIVERED"},
                 {"externalId":"b-2","eventType":"FAILED","cause":"UNKNOWN_SUBSCRIBER"},
                 {"externalId":"b-3","eventType":"DELIVERED"}]""";
        rig.handle(gupshup, Samples.callback(Signed.url(gupshup, "/token0123456789"), JSON, batch));
        assertThat(rig.reportsTo(tenant, "m1")).containsExactly(delivered(0, "b-1"));
        assertThat(rig.reportsTo(tenant, "m2"))
                .extracting(DeliveryReport::errorClass)
                .containsExactly(ErrorClass.PERMANENT_RECIPIENT);
        assertThat(rig.parked(gupshup)).isEqualTo(1);
    }

    private static WebhookRequest gupshupEvent(String id, String type) {
        return Samples.callback(
                Samples.PUBLIC_URL + "/x",
                JSON,
                "{\"type\":\"message-event\",\"payload\":{\"id\":\"" + id + "\",\"type\":\"" + type + "\"}}");
    }

    private void match() {
        Until.holds("matched", PATIENCE, () -> rig.parked(twilio) == 0);
    }

    @Test
    void aReportForAnUnknownIdWaitsAndIsToldOnceItIsKnown() {
        rig.handle(twilio, Signed.report(twilio, "", "SM-early", "sent"));
        rig.handle(twilio, Signed.report(twilio, "", "SM-early", "undelivered", "ErrorCode", "30005"));
        assertThat(rig.parked(twilio)).isEqualTo(2);
        rig.ref(twilio, "SM-early", tenant, "m1");
        match();
        assertThat(rig.reportsTo(tenant, "m1"))
                .containsExactlyInAnyOrder(
                        new DeliveryReport(Kind.SENT, 0, "SM-early", null, "", ""),
                        new DeliveryReport(
                                Kind.UNDELIVERED, 0, "SM-early", ErrorClass.PERMANENT_RECIPIENT, "30005", ""));
    }

    @Test
    void aReportThatItsMessageRefusesIsFoundByTheProvidersIdOrWaits() {
        rig.strangers.add(tenant + "/m1");
        rig.handle(twilio, Signed.report(twilio, named("m1"), "SM-lost", "delivered"));
        assertThat(rig.parked(twilio)).isEqualTo(1);
        rig.ref(twilio, "SM-lost", tenant, "m9");
        match();
        assertThat(rig.reportsTo(tenant, "m9")).containsExactly(delivered(0, "SM-lost"));
    }

    @Test
    void whatNobodyMatchesIsForgottenInTheEnd() {
        rig.handle(twilio, Signed.report(twilio, "", "SM-never", "sent"));
        rig.store.execute(
                "UPDATE parked_report SET received_at = ? WHERE account = ?",
                WebhookRig.NOW.minusSeconds(90),
                twilio.id());
        TestStore.join(rig.callbacks.purge(Duration.ofDays(30), Duration.ofSeconds(100)));
        assertThat(rig.parked(twilio)).isEqualTo(1);
        TestStore.join(rig.callbacks.purge(Duration.ofDays(30), Duration.ofSeconds(80)));
        assertThat(rig.parked(twilio)).isZero();
        assertThat(rig.kept(twilio)).as("raw bodies have a time of their own").isEqualTo(1);
        TestStore.join(rig.callbacks.purge(Duration.ofSeconds(-1), Duration.ofSeconds(80)));
        assertThat(rig.kept(twilio)).isZero();
    }
}
