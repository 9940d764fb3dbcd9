package io.herald.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.dispatch.FairQueue.Stream;
import io.herald.kernel.Category;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String> queue = new FairQueue<>();

    private static Stream of(String tenant) {
        return new Stream(tenant, "", "");
    }

    private static Stream of(String tenant, String campaign) {
        return new Stream(tenant, campaign, "");
    }

    private void fill(Category category, Stream stream, int items) {
        for (int i = 1; i <= items; i++) {
            queue.add(category, stream, stream.tenantId() + stream.id() + i);
        }
    }

    private List<String> take(int items) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            String next = queue.poll(stream -> true);
            if (next != null) {
                taken.add(next);
            }
        }
        return taken;
    }

    @Test
    void tenantsTakeTurnsWhateverTheLengthOfTheirQueues() {
        fill(Category.MARKETING, of("big"), 1000);
        fill(Category.MARKETING, of("small"), 2);
        assertThat(take(5)).containsExactly("big1", "small1", "big2", "small2", "big3");
    }

    @Test
    void aTenantWithOneIsNotBehindAMillion() {
        fill(Category.MARKETING, of("big"), 100_000);
        take(50);
        fill(Category.MARKETING, of("late"), 1);
        assertThat(take(2)).contains("late1");
    }

    @Test
    void transactionalItemsGoBeforeMarketingOnesOfAnyTenant() {
        fill(Category.MARKETING, of("a"), 3);
        fill(Category.TRANSACTIONAL, of("b"), 2);
        assertThat(take(5)).containsExactly("b1", "b2", "a1", "a2", "a3");
    }

    @Test
    void campaignsOfOneTenantTakeTurnsAndDontGrowItsShare() {
        fill(Category.MARKETING, of("a", "x"), 10);
        fill(Category.MARKETING, of("a", "y"), 10);
        fill(Category.MARKETING, of("a", "z"), 10);
        fill(Category.MARKETING, of("b"), 10);
        assertThat(take(8)).containsExactly("ax1", "b1", "ay1", "b2", "az1", "b3", "ax2", "b4");
    }

    @Test
    void aStreamThatMustNotGoHoldsUpNobodyElse() {
        fill(Category.MARKETING, of("a", "paused"), 5);
        fill(Category.MARKETING, of("a", "runs"), 2);
        fill(Category.MARKETING, of("b"), 1);
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String next = queue.poll(stream -> !stream.id().equals("paused"));
            if (next != null) {
                taken.add(next);
            }
        }
        assertThat(taken).containsExactlyInAnyOrder("aruns1", "aruns2", "b1");
        assertThat(queue.size()).isEqualTo(5);
        assertThat(take(1)).containsExactly("apaused1");
    }

    @Test
    void blockedTransactionalItemsLetMarketingOnesPass() {
        fill(Category.TRANSACTIONAL, of("a"), 1);
        fill(Category.MARKETING, of("b"), 1);
        assertThat(queue.poll(stream -> stream.tenantId().equals("b"))).isEqualTo("b1");
    }

    @Test
    void whatIsPutBackComesFirstOfItsStream() {
        fill(Category.MARKETING, of("a"), 2);
        String first = queue.poll(stream -> true);
        assertThat(first).isEqualTo("a1");
        queue.addFirst(Category.MARKETING, of("a"), "a1");
        assertThat(take(2)).containsExactly("a1", "a2");
    }

    @Test
    void eachStreamIsAskedOnceAtTheMost() {
        fill(Category.MARKETING, of("a", "x"), 3);
        fill(Category.MARKETING, of("a", "y"), 3);
        fill(Category.TRANSACTIONAL, of("b"), 3);
        Map<Stream, Integer> asked = new HashMap<>();
        assertThat(queue.poll(stream -> {
                    asked.merge(stream, 1, Integer::sum);
                    return false;
                }))
                .isNull();
        assertThat(asked)
                .hasSize(3)
                .allSatisfy((stream, times) -> assertThat(times).isEqualTo(1));
        assertThat(queue.size(Category.MARKETING)).isEqualTo(6);
        assertThat(queue.size(Category.TRANSACTIONAL)).isEqualTo(3);
    }

    /**
     * Any mixture of adding and taking, with some streams blocked: nothing is lost or doubled, each stream keeps its order, and
     * a marketing item goes only where no transactional one may.
     */
    @Property(tries = 300)
    void noMixtureBreaksTheQueue(@ForAll @Size(max = 200) List<@IntRange(max = 1023) Integer> steps) {
        FairQueue<String> any = new FairQueue<>();
        Map<Category, Map<Stream, Deque<String>>> model = new HashMap<>();
        Set<Stream> blocked = new HashSet<>();
        int made = 0;
        for (int step : steps) {
            Stream stream = of("t" + step % 3, "c" + step / 4 % 2);
            Category category = step / 8 % 4 == 0 ? Category.TRANSACTIONAL : Category.MARKETING;
            switch (step / 32 % 4) {
                case 0, 1 -> {
                    String item = "i" + made++;
                    any.add(category, stream, item);
                    model.computeIfAbsent(category, c -> new HashMap<>())
                            .computeIfAbsent(stream, s -> new ArrayDeque<>())
                            .addLast(item);
                }
                case 2 -> {
                    if (!blocked.remove(stream)) {
                        blocked.add(stream);
                    }
                }
                default -> {
                    String item = any.poll(s -> !blocked.contains(s));
                    Category due = firstWithWork(model, blocked);
                    if (due == null) {
                        assertThat(item).isNull();
                        continue;
                    }
                    Map<Stream, Deque<String>> level = model.getOrDefault(due, Map.of());
                    Stream from = level.entrySet().stream()
                            .filter(e -> !blocked.contains(e.getKey())
                                    && item != null
                                    && item.equals(e.getValue().peekFirst()))
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElseThrow(() -> new AssertionError(item + " was not the first of its stream"));
                    level.computeIfPresent(from, (s, line) -> {
                        line.removeFirst();
                        return line.isEmpty() ? null : line;
                    });
                }
            }
        }
        int left = model.values().stream()
                .flatMap(level -> level.values().stream())
                .mapToInt(Deque::size)
                .sum();
        assertThat(any.size()).isEqualTo(left);
    }

    private static @Nullable Category firstWithWork(
            Map<Category, Map<Stream, Deque<String>>> model, Set<Stream> blocked) {
        for (Category category : Category.values()) {
            Map<Stream, Deque<String>> level = model.getOrDefault(category, Map.of());
            if (level.keySet().stream().anyMatch(s -> !blocked.contains(s))) {
                return category;
            }
        }
        return null;
    }

    /** Tenants with work all the time get the same, whatever they have queued and however many campaigns it is from. */
    @Property(tries = 100)
    void sharesAreEqual(@ForAll @Size(min = 2, max = 6) List<@IntRange(min = 20, max = 400) Integer> lengths) {
        FairQueue<String> any = new FairQueue<>();
        for (int t = 0; t < lengths.size(); t++) {
            for (int i = 0; i < lengths.get(t); i++) {
                any.add(Category.MARKETING, of("t" + t, "c" + i % (t + 1)), "t" + t);
            }
        }
        Map<String, Integer> got = new HashMap<>();
        for (int i = 0; i < lengths.size() * 20; i++) {
            got.merge(String.valueOf(any.poll(stream -> true)), 1, Integer::sum);
        }
        assertThat(got.values()).allMatch(n -> n == 20).hasSize(lengths.size());
    }
}
