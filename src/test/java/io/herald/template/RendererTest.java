package io.herald.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A template's version rendered for the channels that it is sent by. */
class RendererTest {

    private static Template template(Map<Channel, Content> variants) {
        try {
            return new Template("acme", "t1", 1, "Hello", variants, Template.variables(variants), Instant.EPOCH);
        } catch (TemplateText.Malformed e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static final Content CARD = new Content(
            "Hi {{name}}",
            null,
            null,
            new Content.Card(
                    "{{title}}", "For {{name}}", new Content.Media("https://cdn.example/{{picture}}.png", "image/png")),
            List.of(
                    new Content.Suggestion("action", "Shop, {{name}}", "https://shop.example/?c={{code}}"),
                    new Content.Suggestion("reply", "Stop", null)));

    @Test
    void everyTextOfACardIsRendered() throws Exception {
        Renderer renderer = new Renderer(template(Map.of(Channel.RCS, CARD)), Set.of(Channel.RCS));
        assertThat(renderer.variables()).containsExactly("code", "name", "picture", "title");
        Map<String, String> values =
                Map.of("name", "Ann", "title", "Sale", "picture", "p1", "code", "x&y", "more", "1");
        assertThat(renderer.render(values))
                .isEqualTo(Map.of(
                        Channel.RCS,
                        new Content(
                                "Hi Ann",
                                null,
                                null,
                                new Content.Card(
                                        "Sale",
                                        "For Ann",
                                        new Content.Media("https://cdn.example/p1.png", "image/png")),
                                List.of(
                                        new Content.Suggestion("action", "Shop, Ann", "https://shop.example/?c=x&y"),
                                        new Content.Suggestion("reply", "Stop", null)))));
    }

    @Test
    void everyMissingVariableIsNamed() {
        Renderer renderer = new Renderer(template(Map.of(Channel.RCS, CARD)), Set.of(Channel.RCS));
        assertThatThrownBy(() -> renderer.render(Map.of("name", "Ann", "code", "")))
                .isInstanceOfSatisfying(
                        Renderer.WrongVariables.class,
                        e -> assertThat(e.missing()).containsExactly("picture", "title"))
                .hasMessage("no value for picture, title");
    }

    @Test
    void anEmptyValueIsAValue() throws Exception {
        Renderer renderer =
                new Renderer(template(Map.of(Channel.SMS, Content.text("Hi {{name}}."))), Set.of(Channel.SMS));
        assertThat(renderer.render(Map.of("name", ""))).containsEntry(Channel.SMS, Content.text("Hi ."));
    }

    @Test
    void onlyTheChannelsThatAreUsedNeedTheirVariables() throws Exception {
        Template template = template(Map.of(Channel.RCS, CARD, Channel.SMS, Content.text("Hi {{nick}}")));
        assertThat(template.variables()).containsExactly("code", "name", "nick", "picture", "title");
        Renderer sms = new Renderer(template, Set.of(Channel.SMS));
        assertThat(sms.variables()).containsExactly("nick");
        assertThat(sms.render(Map.of("nick", "A"))).isEqualTo(Map.of(Channel.SMS, Content.text("Hi A")));
    }

    @Test
    void aChannelOfTextShowsAnothersText() throws Exception {
        Renderer sms = new Renderer(template(Map.of(Channel.RCS, CARD)), Set.of(Channel.SMS));
        assertThat(sms.variables()).containsExactly("name");
        assertThat(sms.render(Map.of("name", "Ann"))).isEqualTo(Map.of(Channel.SMS, Content.text("Hi Ann")));
    }

    @Test
    void aChannelWithNothingToShowIsRefused() {
        Template mail = template(Map.of(Channel.EMAIL, new Content("text", "subject", null, null, List.of())));
        assertThatThrownBy(() -> new Renderer(mail, Set.of(Channel.SMS))).isInstanceOf(IllegalArgumentException.class);
        Template sms = template(Map.of(Channel.SMS, Content.text("Hi")));
        assertThatThrownBy(() -> new Renderer(sms, Set.of(Channel.EMAIL))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyTheHtmlOfAMailIsEscaped() throws Exception {
        Content mail = new Content("Hi {{name}}", "For {{name}}", "<b>{{name}}</b>", null, List.of());
        Renderer renderer = new Renderer(template(Map.of(Channel.EMAIL, mail)), Set.of(Channel.EMAIL));
        assertThat(renderer.render(Map.of("name", "<A&B>")))
                .containsEntry(
                        Channel.EMAIL, new Content("Hi <A&B>", "For <A&B>", "<b>&lt;A&amp;B&gt;</b>", null, List.of()));
    }

    @Test
    void aRendererIsForManyThreads() {
        Renderer renderer = new Renderer(
                template(Map.of(Channel.SMS, Content.text("{{#a}}{{a}}-{{b}}{{/a}}"))), Set.of(Channel.SMS));
        assertThat(java.util.stream.IntStream.range(0, 20_000).parallel().allMatch(i -> {
                    try {
                        return renderer.render(Map.of("a", "a" + i, "b", "b" + i))
                                .equals(Map.of(Channel.SMS, Content.text("a" + i + "-b" + i)));
                    } catch (Renderer.WrongVariables e) {
                        return false;
                    }
                }))
                .isTrue();
    }
}
