package io.herald.support;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.platform.serialization.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The golden files of one family of events: what the journal holds of each shape that was ever written. A file is named after
 * its event's logical name, with what distinguishes it behind.
 *
 * @param <P> what entities persist
 */
public final class Golden<P> {
    private static final Path HOME = Path.of("src/test/resources/golden");

    private final String family;
    private final Serialization serialization;
    private final Map<String, P> samples;
    private final Map<String, String> files = new TreeMap<>();

    /** @param samples by the names of their files; those of shapes that are still written */
    public Golden(String family, ActorSystem<?> system, Map<String, P> samples) {
        this.family = family;
        this.serialization = SerializationExtension.get(system);
        this.samples = new TreeMap<>(samples);
        try (Stream<Path> list = Files.list(HOME.resolve(family))) {
            for (Path file : list.toList()) {
                String name = file.getFileName().toString().replace(".json", "");
                files.put(name, Files.readString(file).strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each sample is written exactly as its golden file says, under the family's own manifest. */
    public void isWhatIsWritten(int identifier) {
        samples.forEach((name, sample) -> {
            var serializer = (SerializerWithStringManifest) serialization.findSerializerFor(sample);
            assertThat(serializer.identifier()).isEqualTo(identifier);
            assertThat(serializer.manifest(sample)).isEqualTo(family);
            assertThat(new String(serializer.toBinary(sample), StandardCharsets.UTF_8))
                    .as(name)
                    .isEqualTo(file(name));
        });
    }

    /** Each golden file is read as its sample. */
    public void isReadAsWhatWasWritten(int identifier) {
        samples.forEach((name, sample) ->
                assertThat(read(identifier, file(name))).as(name).isEqualTo(sample));
        files.values().forEach(json -> assertThat(read(identifier, json)).isNotNull());
    }

    /** Fields that a later version adds, anywhere, don't hinder this one. */
    public void isReadWhateverALaterVersionAdds(int identifier) {
        samples.forEach((name, sample) -> {
            JsonNode json = Json.read(file(name), JsonNode.class);
            assertThat(addEverywhere(json, false)).isPositive();
            assertThat(read(identifier, Json.text(json))).as(name).isEqualTo(sample);
        });
    }

    /** Objects whose keys are data take nothing; {@code metadata} is the caller's throughout. */
    private static int addEverywhere(JsonNode node, boolean data) {
        int added = 0;
        for (Map.Entry<String, JsonNode> field : Set.copyOf(node.properties())) {
            if (!field.getKey().equals("metadata")) {
                added += addEverywhere(
                        field.getValue(), Set.of("contents", "waited_ms").contains(field.getKey()));
            }
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                added += addEverywhere(element, false);
            }
        }
        if (node instanceof ObjectNode object && !data) {
            object.putObject("added_later").put("by", "a newer node");
            added++;
        }
        return added;
    }

    /** Every event of the family has at least one file, which bears its name; there is no file of any other. */
    public void holdsEvery(Class<?> events) {
        Set<String> names = Arrays.stream(events.getPermittedSubclasses())
                .map(event -> event.getAnnotation(JsonTypeName.class).value())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> held = new TreeSet<>();
        files.forEach((file, json) -> {
            String type = Json.read(json, JsonNode.class).path("type").asText();
            assertThat(file).startsWith(type);
            held.add(type);
        });
        assertThat(held).isEqualTo(names);
        assertThat(files.keySet()).containsAll(samples.keySet());
    }

    private String file(String name) {
        return Objects.requireNonNull(files.get(name), () -> "no golden file is named " + name);
    }

    private Object read(int identifier, String json) {
        return serialization
                .deserialize(json.getBytes(StandardCharsets.UTF_8), identifier, family)
                .get();
    }
}
