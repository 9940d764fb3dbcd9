package io.herald.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One text with placeholders. */
class TemplateTextTest {

    private static String render(String text, Map<String, String> values) throws TemplateText.Malformed {
        return TemplateText.compile(text, false).render(values);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi {{name}}!| Hi Ann!",
                "Hi {{ name }}!| Hi Ann!",
                "{{name}}{{name}}| AnnAnn",
                "{{{name}}}| Ann",
                "{{& name}}| Ann",
                "a{{! a remark }}b| ab",
                "{{#name}}Hi {{name}}{{/name}}| Hi Ann",
                "{{^name}}nobody{{/name}}x| x",
                "{{#none}}Hi {{name}}{{/none}}x| x",
                "{{^none}}nobody{{/none}}| nobody",
                "{{=<% %>=}}<% name %> {{name}}| Ann {{name}}",
                "no placeholders, 100 %| no placeholders, 100 %",
                "{name} $name %s| {name} $name %s"
            })
    void placeholdersAreFilled(String text, String expected) throws Exception {
        assertThat(render(text, Map.of("name", "Ann", "none", ""))).isEqualTo(expected);
    }

    @Test
    void textIsLeftAsItIs() throws Exception {
        Map<String, String> values = Map.of("name", "Ann & Bob <\"b\">'s");
        assertThat(render("1 < 2 & {{name}}\n\ttab 😀", values)).isEqualTo("1 < 2 & Ann & Bob <\"b\">'s\n\ttab 😀");
    }

    @Test
    void valuesAreEscapedInsideHtmlOnly() throws Exception {
        TemplateText html = TemplateText.compile("<b title=\"{{name}}\">{{name}}</b>{{{name}}}", true);
        assertThat(html.render(Map.of("name", "<i>\"&'")))
                .isEqualTo("<b title=\"&lt;i&gt;&quot;&amp;&#39;\">&lt;i&gt;&quot;&amp;&#39;</b><i>\"&'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{other}}",
                "{{{other}}}",
                "{{#other}}x{{/other}}",
                "{{> other}}",
                "${other}",
                "{{=<% %>=}}",
                "{{",
                "\\{{"
            })
    void aValueIsNoTemplate(String value) throws Exception {
        assertThat(render("a{{name}}b{{other}}", Map.of("name", value, "other", "secret")))
                .isEqualTo("a" + value + "bsecret");
    }

    @Test
    void everyPlaceholderIsKnownAlsoThoseInSections() throws Exception {
        assertThat(TemplateText.compile("{{a}}{{#b}}{{c}}{{^d}}{{{e}}}{{/d}}{{/b}}{{&f}}{{!g}}", false)
                        .variables())
                .containsExactly("a", "b", "c", "d", "e", "f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "length",
                "empty",
                "isEmpty",
                "bytes",
                "chars",
                "hash",
                "value",
                "class",
                "getClass",
                "toString",
                "hashCode",
                "size"
            })
    void aPlaceholderInASectionIsTheVariableOfItsNameAndNothingElse(String name) throws Exception {
        Map<String, String> values = Map.of("person", "Ann", name, "mine");
        assertThat(render("{{#person}}{{" + name + "}}{{/person}}", values)).isEqualTo("mine");
        assertThat(render("{{#person}}{{#" + name + "}}yes{{/" + name + "}}{{/person}}", values))
                .isEqualTo("yes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{",
                "{{name",
                "{{}}",
                "{{name}",
                "{{#a}}",
                "{{/a}}",
                "{{#a}}{{/b}}",
                "{{a.b}}",
                "{{first name}}",
                "{{1st}}",
                "{{näme}}",
                "{{.}}",
                "{{this}}",
                "{{#a}}{{this}}{{/a}}",
                "{{#this}}x{{/this}}",
                "{{-index}}",
                "{{#a}}{{-first}}{{/a}}",
                "{{> partial}}",
                "{{#a}}{{> partial}}{{/a}}",
                "{{< parent}}{{/parent}}",
                "{{$ block}}x{{/block}}",
                "{{$block}}{{name}}{{/block}}"
            })
    void whatIsNoTemplateOfOursIsRefused(String text) {
        assertThatThrownBy(() -> TemplateText.compile(text, false)).isInstanceOf(TemplateText.Malformed.class);
    }

    @Test
    void aNameHasALength() throws Exception {
        assertThat(TemplateText.compile("{{" + "x".repeat(64) + "}}", false).variables())
                .hasSize(1);
        assertThatThrownBy(() -> TemplateText.compile("{{" + "x".repeat(65) + "}}", false))
                .isInstanceOf(TemplateText.Malformed.class);
    }

    @Test
    void aRefusalDoesNotQuoteTheTemplate() {
        assertThatThrownBy(() -> TemplateText.compile("{{secret word", false))
                .isInstanceOf(TemplateText.Malformed.class)
                .hasMessageNotContaining("secret");
    }
}
