package io.herald.template;

import static io.herald.support.TestStore.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.kernel.Channel;
import io.herald.kernel.Content;
import io.herald.support.TestStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Versions of templates, against real PostgreSQL. */
class TemplatesTest {
    private static final Instant NOW = Instant.parse("2024-01-15T12:30:00Z");

    @SuppressWarnings("NullAway.Init")
    private static TestStore store;

    private final Templates templates = new Templates(store.database, () -> NOW);

    @BeforeAll
    static void open() {
        store = new TestStore();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static Map<Channel, Content> sms(String body) {
        return Map.of(Channel.SMS, Content.text(body));
    }

    @Test
    void aVersionNeverChanges() {
        Template first = join(templates.add("acme", "t1", "Hello", sms("Hi {{name}}")));
        Template second = join(templates.add("acme", "t1", "Hello again", sms("Dear {{title}} {{name}}")));
        assertThat(first.version()).isEqualTo(1);
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.variables()).containsExactly("name", "title");
        assertThat(join(templates.find("acme", "t1", 1))).contains(first);
        assertThat(join(templates.find("acme", "t1", 2))).contains(second);
        assertThat(join(templates.find("acme", "t1", null))).as("the newest").contains(second);
        assertThat(join(new Templates(store.database, () -> NOW).find("acme", "t1", 1)))
                .as("as it was stored")
                .contains(first);
    }

    @Test
    void aVersionThatWasAskedForTooEarlyIsFoundLater() {
        assertThat(join(templates.find("acme", "early", 1))).isEmpty();
        join(templates.add("acme", "early", "Early", sms("Hi")));
        assertThat(join(templates.find("acme", "early", 1))).isPresent();
    }

    @Test
    void everyPartOfAContentIsKept() {
        Content card = new Content(
                "b",
                "s",
                "<p>{{x}}</p>",
                new Content.Card("t", "d", new Content.Media("https://x.example/a.png", "image/png")),
                List.of(
                        new Content.Suggestion("action", "Go", "https://x.example"),
                        new Content.Suggestion("reply", "No", null)));
        Template made = join(templates.add("acme", "full", "Full", Map.of(Channel.RCS, card, Channel.EMAIL, card)));
        assertThat(join(templates.find("acme", "full", null)).orElseThrow().variants())
                .isEqualTo(made.variants());
    }

    @Test
    void versionsMadeAtOnceAllCount() {
        List<CompletableFuture<Template>> made = IntStream.range(0, 20)
                .mapToObj(i ->
                        templates.add("acme", "busy", "Busy", sms("Hi " + i)).toCompletableFuture())
                .toList();
        assertThat(made.stream().map(one -> one.join().version()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 20).boxed().toList());
    }

    @Test
    void tenantsDoNotSeeEachOthersTemplates() {
        join(templates.add("one", "t1", "Mine", sms("Mine")));
        assertThat(join(templates.find("two", "t1", 1))).isEmpty();
        assertThat(join(templates.find("two", "t1", null))).isEmpty();
        assertThat(join(templates.add("two", "t1", "Also mine", sms("x"))).version())
                .isEqualTo(1);
        assertThat(join(templates.find("one", "t1", null)).orElseThrow().name()).isEqualTo("Mine");
    }

    @Test
    void theListHasTheNewestOfEachAndIsPaged() {
        for (String id : List.of("b", "a", "c", "a")) {
            join(templates.add("pages", id, id, sms("x")));
        }
        assertThat(join(templates.list("pages", "", 10)))
                .extracting(template -> template.id() + template.version())
                .containsExactly("a2", "b1", "c1");
        assertThat(join(templates.list("pages", "a", 1)))
                .extracting(Template::id)
                .containsExactly("b");
    }

    @Test
    void whatIsNoTemplateIsNotStored() {
        assertThat(Templates.objection(sms("Hi {{name}}"))).isEmpty();
        assertThat(Templates.objection(sms("Hi {{name"))).isPresent();
        assertThatThrownBy(() -> templates.add("acme", "bad", "Bad", sms("Hi {{name")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(join(templates.find("acme", "bad", null))).isEmpty();
    }
}
