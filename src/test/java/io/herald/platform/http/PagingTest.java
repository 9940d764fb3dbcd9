package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.simulator.Simulator;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.OpenApi;
import io.herald.support.OpenApi.Operation;
import io.herald.support.TestNode;
import io.herald.support.Until;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every list of the API, page by page. */
class PagingTest {
    private static final TestNode NODE = TestNode.shared();
    private static final Customer CUSTOMER = NODE.customer();
    private static final Simulator VENDOR = TestNode.simulator("");
    private static final int OF_EACH = 5;

    private static String campaign = "";
    private static String imported = "";

    @BeforeAll
    static void fill() {
        Customer.Account account = CUSTOMER.twilio(VENDOR);
        CUSTOMER.twilio(VENDOR);
        String template = CUSTOMER.template();
        StringBuilder csv = new StringBuilder("phone,name\n");
        for (int i = 0; i < OF_EACH; i++) {
            CUSTOMER.template();
            campaign = CUSTOMER.campaign(template, account, OF_EACH);
            NODE.key(CUSTOMER.id(), "viewer");
            NODE.customer();
            NODE.administrator().put("/admin/limits/tenant/paging-" + i, "{\"rate_per_second\": 5}");
            CUSTOMER.api()
                    .post("/api/v1/messages", Api.write(java.util.Map.of("to", Customer.number(i), "body", "Hello")))
                    .expect(202);
            CUSTOMER.api()
                    .post(
                            "/api/v1/opt-outs",
                            Api.write(java.util.Map.of("channel", "sms", "address", Customer.number(100 + i))))
                    .expect(201);
            csv.append(Customer.number(i)).append(",Person\n").append("nonsense,Nobody\n");
        }
        for (int i = 0; i < OF_EACH; i++) {
            imported = CUSTOMER.api()
                    .call("POST", "/api/v1/contacts/imports")
                    .body("text/csv", csv.toString())
                    .send()
                    .expect(202)
                    .at("/id");
        }
        Until.holds(
                "the import is done",
                Duration.ofSeconds(20),
                () -> CUSTOMER.api()
                        .get("/api/v1/contacts/imports/" + imported)
                        .at("/status")
                        .equals("completed"));
        CUSTOMER.api().post("/api/v1/campaigns/" + campaign + "/start").expect(200);
        CUSTOMER.ended(campaign);
    }

    @AfterAll
    static void close() {
        VENDOR.close();
    }

    static Stream<String> lists() {
        return OpenApi.document().operations().stream()
                .filter(operation -> OpenApi.document().parametersOf(operation).containsKey("query limit"))
                .map(Operation::path);
    }

    private static String target(String list) {
        String of = list.contains("campaigns") ? campaign : list.contains("imports") ? imported : CUSTOMER.id();
        return list.replace("{id}", of);
    }

    private static Api api(String list) {
        return list.startsWith("/admin") ? NODE.administrator() : CUSTOMER.api();
    }

    @ParameterizedTest
    @MethodSource("lists")
    void pagesOfAnySizeHoldEveryItemOnce(String list) {
        List<JsonNode> whole = walk(list, 1000);
        assertThat(whole).hasSizeGreaterThanOrEqualTo(2).doesNotHaveDuplicates();
        List<String> ids = whole.stream().map(PagingTest::identity).toList();
        assertThat(walk(list, 2).stream().map(PagingTest::identity).toList()).isEqualTo(ids);
        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    }

    private static String identity(JsonNode item) {
        for (String name : new String[] {"id", "line"}) {
            if (item.has(name)) {
                return item.path("kind").asText() + item.path(name).asText();
            }
        }
        return item.path("channel").asText() + item.path("address").asText();
    }

    private static List<JsonNode> walk(String list, int limit) {
        List<JsonNode> items = new ArrayList<>();
        String cursor = "";
        do {
            Api.Reply page = api(list)
                    .get(target(list) + "?limit=" + limit
                            + (cursor.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8)))
                    .expect(200);
            assertThat(page.json().path("items").size()).isLessThanOrEqualTo(limit);
            page.json().path("items").forEach(items::add);
            cursor = page.json().path("next_cursor").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        return items;
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aLimitOutOfBoundsIsRefused(String list) {
        for (String bad : new String[] {"0", "1001", "-1", "1.5", "", "ten", "99999999999999999999", "0x10"}) {
            api(list).call("GET", target(list) + "?limit=" + bad).wrong().send().expect(400);
        }
        api(list).get(target(list) + "?limit=1").expect(200);
        api(list).get(target(list) + "?limit=1000").expect(200);
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorOfAnotherMakeIsRefused(String list) {
        List<String> bad = List.of(
                "x",
                "!!!",
                base64("a\u001fb\u001fc"),
                base64("a\u001fb\u001fc\u001fd"),
                base64("\u0000"),
                base64("a\u001f\u0000"));
        for (String cursor : bad) {
            assertThat(api(list).get(target(list) + "?cursor=" + cursor).status())
                    .as("%s with %s", list, cursor)
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorThatIsNoPlaceInTheListDoesNoHarm(String list) {
        for (String part :
                new String[] {"+1000000000-12-31T23:59:59.999999999Z", "-1", "99999999999999999999", "", "x"}) {
            for (String cursor : new String[] {base64(part), base64(part + "\u001fx")}) {
                assertThat(api(list).get(target(list) + "?cursor=" + cursor).status())
                        .as("%s with %s", list, part)
                        .isIn(200, 400);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aMisspeltFilterListsNothing(String list) {
        api(list).call("GET", target(list) + "?statuss=draft").wrong().send().expect(400);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
