package io.herald.template.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.Api;
import io.herald.support.Customer;
import io.herald.support.TestNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates: their placeholders, versions and previews. */
class TemplateRoutesTest {
    private static final String PATH = "/api/v1/templates";

    private final Customer customer = TestNode.shared().customer();
    private final Api api = customer.api();

    private Api.Reply create(String variants) {
        return api.call("POST", PATH)
                .json("{\"name\": \"T\", \"variants\": " + variants + "}")
                .wrong()
                .send();
    }

    private String made(String variants) {
        return create(variants).expect(201).at("/id");
    }

    private Api.Reply preview(String template, String channel, Map<String, ?> variables) {
        return api.post(
                PATH + "/" + template + "/preview", Api.write(Map.of("channel", channel, "variables", variables)));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    void thePlaceholdersOfAllVariantsAreItsVariables() {
        Api.Reply made = create("""
                {"sms": {"body": "Hello {{name}}"},
                 "rcs": {"body": "b", "card": {"title": "{{title}}", "description": "{{what}}",
                                               "media": {"url": "https://example.com/{{picture}}", "content_type": "image/png"}},
                         "suggestions": [{"text": "{{word}}", "url": "https://example.com/{{code}}"}]},
                 "email": {"subject": "{{subject}}", "text": "{{name}}", "html": "<p>{{name}}</p>"}}""").expect(201);
        assertThat(texts(made.json().path("variables")))
                .containsExactly("code", "name", "picture", "subject", "title", "what", "word");
        assertThat(made.json().path("version").asInt()).isEqualTo(1);
        assertThat(api.get(PATH + "/" + made.at("/id")).expect(200).json()).isEqualTo(made.json());
    }

    @Test
    void aVersionNeverChanges() {
        String id = made("{\"sms\": {\"body\": \"One {{a}}\"}}");
        Api.Reply second = api.put(PATH + "/" + id, "{\"variants\": {\"sms\": {\"body\": \"Two {{b}}\"}}}")
                .expect(200);
        assertThat(second.json().path("version").asInt()).isEqualTo(2);
        assertThat(second.at("/name")).isEqualTo("T");
        assertThat(api.get(PATH + "/" + id).json()).isEqualTo(second.json());
        assertThat(api.get(PATH + "/" + id + "?version=1").expect(200).at("/variants/sms/body"))
                .isEqualTo("One {{a}}");
        api.get(PATH + "/" + id + "?version=3").expect(404);
        for (String bad : new String[] {"0", "-1", "x", ""}) {
            api.call("GET", PATH + "/" + id + "?version=" + bad).wrong().send().expect(400);
        }
        assertThat(api.get(PATH).json().path("items")).hasSize(1);
        assertThat(api.get(PATH).at("/items/0/version")).isEqualTo("2");
    }

    @Test
    void aPreviewShowsWhatAPersonWouldSee() {
        String id = made("""
                {"sms": {"body": "Hello {{name}}, {{count}} new, {{yes}}"},
                 "rcs": {"body": "Hi {{name}}", "card": {"title": "For {{name}}"},
                         "suggestions": [{"text": "Go", "url": "https://example.com/{{count}}"}]}}""");
        Api.Reply sms = preview(id, "sms", Map.of("name", "Ada & <Co>", "count", 3, "yes", true))
                .expect(200);
        assertThat(sms.at("/body")).isEqualTo("Hello Ada & <Co>, 3 new, true");
        assertThat(sms.json().path("segments").asInt()).isEqualTo(1);
        Api.Reply rcs = preview(id, "rcs", Map.of("name", "Ada", "count", 3, "yes", true))
                .expect(200);
        assertThat(rcs.at("/card/title")).isEqualTo("For Ada");
        assertThat(rcs.at("/suggestions/0/url")).isEqualTo("https://example.com/3");
    }

    @Test
    void valuesAreEscapedInHtmlOnly() {
        String id = made("{\"email\": {\"subject\": \"{{a}}\", \"text\": \"{{a}}\", \"html\": \"<b>{{a}}</b>\"}}");
        Api.Reply shown = preview(id, "email", Map.of("a", "<i>&")).expect(200);
        assertThat(shown.at("/subject")).isEqualTo("<i>&");
        assertThat(shown.at("/text")).isEqualTo("<i>&");
        assertThat(shown.at("/html")).isEqualTo("<b>&lt;i&gt;&amp;</b>");
    }

    @Test
    void aChannelOfTextWithoutAVariantShowsAnothersText() {
        String id = made("{\"rcs\": {\"body\": \"Hello {{name}}\", \"card\": {\"title\": \"Card\"}}}");
        assertThat(preview(id, "sms", Map.of("name", "Ada")).expect(200).at("/body"))
                .isEqualTo("Hello Ada");
        assertThat(preview(id, "email", Map.of("name", "Ada")).expect(422).errors())
                .containsOnlyKeys("/channel");
    }

    @Test
    void aMissingOrAnUnknownVariableIsAnErrorNotABlank() {
        String id = made("{\"sms\": {\"body\": \"Hello {{first}} {{last}}\"}}");
        Map<String, String> missing =
                preview(id, "sms", Map.of("first", "Ada")).expect(422).errors();
        assertThat(missing.get("/variables")).contains("last").doesNotContain("first");
        Map<String, String> unknown = preview(id, "sms", Map.of("first", "Ada", "last", "L", "middle", "M"))
                .expect(422)
                .errors();
        assertThat(unknown.get("/variables")).contains("middle");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "400 | {}                                                                   | /variants",
                "400 | []                                                                   | /variants",
                "400 | {\"pigeon\": {\"body\": \"Hi\"}}                                     | /variants/pigeon",
                "400 | {\"SMS\": {\"body\": \"Hi\"}}                                        | /variants/SMS",
                "400 | {\"sms\": \"Hi\"}                                                    | /variants/sms",
                "400 | {\"sms\": {}}                                                        | /variants/sms/body",
                "400 | {\"sms\": {\"text\": \"Hi\"}}                                        | /variants/sms/text",
                "400 | {\"rcs\": {\"suggestions\": []}}                                     | /variants/rcs/body",
                "400 | {\"email\": {\"subject\": \"S\"}}                                    | /variants/email/text",
                "400 | {\"email\": {\"text\": \"T\"}}                                       | /variants/email/subject",
                "422 | {\"sms\": {\"body\": \"Hi\", \"card\": {\"title\": \"C\"}}}          | /variants/sms",
                "422 | {\"sms\": {\"body\": \"Hi {{name\"}}                                 | /variants/sms",
                "422 | {\"sms\": {\"body\": \"{{#a}}x\"}}                                   | /variants/sms",
                "422 | {\"sms\": {\"body\": \"{{a.b}}\"}}                                   | /variants/sms",
                "422 | {\"sms\": {\"body\": \"{{>partial}}\"}}                              | /variants/sms",
                "422 | {\"rcs\": {\"card\": {}}}                                            | /variants/rcs/card",
                "422 | {\"rcs\": {\"body\": \"b\", \"suggestions\": [{\"type\": \"action\", \"text\": \"t\"}]}} | /variants/rcs/suggestions/0/url",
            })
    void whatIsNoTemplateIsRefused(int status, String variants, String pointer) {
        assertThat(create(variants).expect(status).errors()).containsKey(pointer);
    }
}
