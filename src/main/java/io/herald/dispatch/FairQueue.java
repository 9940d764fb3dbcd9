package io.herald.dispatch;

import io.herald.kernel.Category;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue that is fair between tenants, and for one tenant between its streams (each campaign, and all else): they take turns,
 * whatever the length of their queues. Transactional items go before marketing ones. Not safe for threads.
 */
final class FairQueue<T> {

    /**
     * What shares one queue and one fate: a stream that must not go now holds up nobody else.
     *
     * @param id the campaign, or empty
     * @param sender the sender where its messages name one, else empty
     */
    record Stream(String tenantId, String id, String sender) {}

    private static final class Line<T> {
        private final Stream stream;
        private final ArrayDeque<T> items = new ArrayDeque<>();

        Line(Stream stream) {
            this.stream = stream;
        }
    }

    /** A tenant's lines, the next one first. Holds only lines with items. */
    private static final class Turn<T> {
        private final String tenantId;
        private final ArrayDeque<Line<T>> lines = new ArrayDeque<>();

        Turn(String tenantId) {
            this.tenantId = tenantId;
        }
    }

    private static final class Level<T> {
        private final ArrayDeque<Turn<T>> turns = new ArrayDeque<>();
        private final Map<String, Turn<T>> byTenant = new HashMap<>();
        private final Map<Stream, Line<T>> byStream = new HashMap<>();
        private int size;
    }

    private final Map<Category, Level<T>> levels = new EnumMap<>(Category.class);

    FairQueue() {
        for (Category category : Category.values()) {
            levels.put(category, new Level<>());
        }
    }

    void add(Category category, Stream stream, T item) {
        line(category, stream).items.addLast(item);
        level(category).size++;
    }

    /** Puts back what was taken and could not go. */
    void addFirst(Category category, Stream stream, T item) {
        line(category, stream).items.addFirst(item);
        level(category).size++;
    }

    private Level<T> level(Category category) {
        Level<T> level = levels.get(category);
        if (level == null) {
            throw new IllegalStateException("every category has its level");
        }
        return level;
    }

    private Line<T> line(Category category, Stream stream) {
        Level<T> level = level(category);
        return level.byStream.computeIfAbsent(stream, s -> {
            Line<T> line = new Line<>(s);
            level.byTenant
                    .computeIfAbsent(s.tenantId(), id -> {
                        Turn<T> turn = new Turn<>(id);
                        level.turns.addLast(turn);
                        return turn;
                    })
                    .lines
                    .addLast(line);
            return line;
        });
    }

    /** Takes the next item whose stream may go; each stream is asked once at the most. */
    @Nullable
    T poll(Predicate<Stream> mayGo) {
        for (Category category : Category.values()) {
            T item = poll(level(category), mayGo);
            if (item != null) {
                return item;
            }
        }
        return null;
    }

    private static <T> @Nullable T poll(Level<T> level, Predicate<Stream> mayGo) {
        for (int t = level.turns.size(); t > 0; t--) {
            Turn<T> turn = level.turns.removeFirst();
            for (int l = turn.lines.size(); l > 0; l--) {
                Line<T> line = turn.lines.removeFirst();
                if (mayGo.test(line.stream)) {
                    T item = line.items.removeFirst();
                    level.size--;
                    if (line.items.isEmpty()) {
                        level.byStream.remove(line.stream);
                    } else {
                        turn.lines.addLast(line);
                    }
                    if (turn.lines.isEmpty()) {
                        level.byTenant.remove(turn.tenantId);
                    } else {
                        level.turns.addLast(turn);
                    }
                    return item;
                }
                turn.lines.addLast(line);
            }
            level.turns.addLast(turn);
        }
        return null;
    }

    int size() {
        return levels.values().stream().mapToInt(level -> level.size).sum();
    }

    int size(Category category) {
        return level(category).size;
    }
}
