package io.herald.contact.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads of contacts, and what they say of themselves. */
class ImportRoutesTest {
    private static final String PATH = "/api/v1/contacts/imports";
    private static final Set<String> ENDS = Set.of("completed", "failed");

    private final Customer customer = TestNode.shared().customer();
    private final Api api = customer.api();

    private JsonNode upload(String type, String body) {
        return upload("", type, body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode upload(String query, String type, byte[] body) {
        String id = api.call("POST", PATH + query)
                .body(type, body)
                .wrong()
                .send()
                .expect(202)
                .at("/id");
        Until.holds(
                () -> "the import ends: " + api.get(PATH + "/" + id),
                Duration.ofSeconds(20),
                () -> ENDS.contains(api.get(PATH + "/" + id).expect(200).at("/status")));
        return api.get(PATH + "/" + id).json();
    }

    private static List<String> errors(JsonNode done) {
        List<String> errors = new ArrayList<>();
        done.path("errors")
                .forEach(error -> errors.add(
                        error.path("line").asInt() + " " + error.path("field").asText()));
        return errors;
    }

    private static void counts(JsonNode done, int rows, int accepted, int merged, int rejected) {
        assertThat(List.of(
                        done.path("rows").asInt(),
                        done.path("accepted").asInt(),
                        done.path("merged").asInt(),
                        done.path("rejected").asInt()))
                .as("rows, accepted, merged, rejected of %s", done)
                .containsExactly(rows, accepted, merged, rejected);
    }

    private JsonNode contact(String address) {
        JsonNode found = api.get("/api/v1/contacts?address=" + address.replace("+", "%2B"))
                .expect(200)
                .json()
                .path("items");
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Test
    void everyOtherColumnIsAnAttribute() {
        JsonNode done = upload("text/csv", """
                phone,email,first_name,City
                +14155550100,Ada@Example.com,Ada,"London, UK"
                +1 (415) 555-0101,,Grace,"New
                York"
                """);
        assertThat(done.path("status").asText()).isEqualTo("completed");
        counts(done, 2, 2, 0, 0);
        JsonNode ada = contact("+14155550100");
        assertThat(ada.path("email").asText()).isEqualTo("ada@example.com");
        assertThat(ada.at("/attributes/first_name").asText()).isEqualTo("Ada");
        assertThat(ada.at("/attributes/City").asText()).isEqualTo("London, UK");
        assertThat(contact("+14155550101").at("/attributes/City").asText()).isEqualTo("New\nYork");
    }

    @Test
    void jsonAndNdjsonMeanTheSameAsCsv() {
        counts(upload("application/json", """
                [{"phone": "+14155550100", "name": "Ada", "age": 36, "vip": true, "note": null}, {"email": "grace@example.com"}]
                """), 2, 2, 0, 0);
        assertThat(contact("+14155550100").at("/attributes/age").asText()).isEqualTo("36");
        assertThat(contact("+14155550100").at("/attributes/vip").asText()).isEqualTo("true");
        counts(upload("application/x-ndjson", """
                {"phone": "+14155550101", "name": "Edsger"}

                {"email": "barbara@example.com"}
                """), 2, 2, 0, 0);
        assertThat(api.get("/api/v1/contacts").json().path("items")).hasSize(4);
    }

    @Test
    void aBadRowIsReportedAndTheOthersAreTaken() {
        JsonNode done = upload("text/csv", """
                phone,email,name
                +14155550100,,Ada
                4155550101,,Without a plus
                +1,,Short
                ,not-an-address,Bad mail
                ,,Nobody
                +14155550102,,Too,many
                +14155550103,,Grace
                """);
        assertThat(done.path("status").asText()).isEqualTo("completed");
        counts(done, 7, 2, 0, 5);
        assertThat(errors(done)).containsExactly("3 phone", "4 phone", "5 email", "6 phone", "7 ");
        done.path("errors")
                .forEach(error -> assertThat(error.path("reason").asText()).isNotEmpty());
        assertThat(api.get(PATH + "/" + done.path("id").asText() + "/errors")
                        .json()
                        .path("items"))
                .isEqualTo(done.path("errors"));
    }

    @Test
    void aReasonNeverQuotesWhatStoodThere() {
        JsonNode done = upload("text/csv", "phone,email\n+49-secret-number,secret@\n");
        assertThat(done.path("errors").toString()).doesNotContain("secret");
    }

    @Test
    void badItemsOfJsonAreCountedByTheirPlace() {
        JsonNode done = upload("application/json", """
                [{"phone": "+14155550100"}, 7, {"phone": {"a": 1}}, {"name": "Nobody"}, null, {"phone": "+14155550101", "a b": 1}]
                """);
        counts(done, 6, 1, 0, 5);
        assertThat(errors(done)).containsExactly("2 ", "3 phone", "4 phone", "5 ", "6 ");
        JsonNode lines = upload("application/x-ndjson", """
                {"phone": "+14155550100"}
                {"phone":
                nonsense
                {"phone": "x"}
                """);
        counts(lines, 4, 1, 0, 3);
        assertThat(errors(lines)).containsExactly("2 ", "3 ", "4 phone");
    }

    @Test
    void textThatIsNoneIsABadRow() {
        JsonNode done = upload("application/x-ndjson", """
                {"phone": "+14155550100", "name": "a\\u0000b"}
                {"phone": "+14155550101", "na\\u0000me": "b"}
                {"phone": "+14155550101", "na\\u0000me": "\\u0000"}
                {"phone": "+14155550102", "name": "\\ud800"}
                {"phone": "+14155550103", "name": "fine"}
                """);
        assertThat(done.path("status").asText()).isEqualTo("completed");
        counts(done, 5, 1, 0, 4);
    }

    @Test
    void onePersonIsOneContact() {
        JsonNode done = upload("text/csv", """
                phone,email,name,city
                +14155550100,,Ada,London
                +14155550100,,Ada L.,London
                +1 415 555 0100,ada@example.com,Countess,
                +14155550101,,Grace,
                """);
        counts(done, 4, 2, 2, 0);
        assertThat(contact("+14155550100").at("/attributes/name").asText()).isEqualTo("Countess");
        assertThat(contact("+14155550100").path("email").asText()).isEqualTo("ada@example.com");
        upload("application/json", "[{\"phone\": \"+14155550100\", \"title\": \"Lady\"}]");
        JsonNode both = contact("+14155550100");
        assertThat(both.at("/attributes/title").asText()).isEqualTo("Lady");
        assertThat(both.at("/attributes/name").asText()).isEqualTo("Countess");
    }

    @Test
    void numbersInNationalFormNeedARegion() {
        byte[] csv = "phone\n030 1234567\n".getBytes(StandardCharsets.UTF_8);
        counts(upload("", "text/csv", csv), 1, 0, 0, 1);
        counts(upload("?default_region=DE", "text/csv", csv), 1, 1, 0, 0);
        contact("+49301234567");
        for (String bad : new String[] {"XX", "de", "Germany", ""}) {
            api.call("POST", PATH + "?default_region=" + bad)
                    .body("text/csv", csv)
                    .wrong()
                    .send()
                    .expect(400);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text/csv         | ``",
                "text/csv         | name,city",
                "text/csv         | phone,phone",
                "text/csv         | phone,Phone",
                "text/csv         | phone,",
                "text/csv         | phone,first name",
                "application/json | ``",
                "application/json | {\"phone\": \"+14155550100\"}",
                "application/json | [{\"phone\": \"+14155550100\"}",
                "application/json | [{\"phone\": \"+14155550100\"}] []",
                "application/json | nonsense"
            })
    void aFileThatCannotBeUsedFailsAndSaysWhy(String type, String file) {
        JsonNode done = upload(type, file);
        assertThat(done.path("status").asText()).isEqualTo("failed");
        assertThat(done.path("failure").asText()).isNotEmpty();
        assertThat(done.path("ended_at").asText()).isNotEmpty();
        assertThat(api.get("/api/v1/contacts").json().path("items")).isEmpty();
    }

    @Test
    void aFileWithAHeaderOnlyIsAnImportOfNobody() {
        counts(upload("text/csv", "phone,name\n"), 0, 0, 0, 0);
        counts(upload("application/json", "[]"), 0, 0, 0, 0);
        counts(upload("application/x-ndjson", ""), 0, 0, 0, 0);
    }

    @Test
    void aByteOrderMarkAndOtherLineEndsAreTaken() {
        counts(upload("text/csv; charset=utf-8", "\ufeffPhone,name\r\n+14155550100,Ada\r\n"), 1, 1, 0, 0);
        contact("+14155550100");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/xml", "multipart/form-data; boundary=x", "application/vnd.ms-excel"})
    void anotherContentTypeIsRefused(String type) {
        api.call("POST", PATH)
                .body(type, "phone\n+14155550100\n")
                .wrong()
                .send()
                .expect(415);
        assertThat(api.get(PATH).json().path("items")).isEmpty();
    }

    @Test
    void aFailedImportIsNobodysAudience() {
        try (var vendor = TestNode.simulator("")) {
            JsonNode failed = upload("text/csv", "name\nAda\n");
            Api.Reply refused = api.post("/api/v1/campaigns", """
                    {"name": "C", "template_id": "%s", "audience": {"import_id": "%s"},
                     "route": [{"channel": "sms", "provider": "%s"}]}
                    """.formatted(
                            customer.template(),
                            failed.path("id").asText(),
                            customer.twilio(vendor).name()));
            assertThat(refused.expect(422).errors()).containsOnlyKeys("/audience/import_id");
        }
    }
}
