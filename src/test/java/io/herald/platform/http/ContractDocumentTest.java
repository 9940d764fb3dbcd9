package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.support.OpenApi;
import io.herald.support.OpenApi.Operation;
import io.herald.support.TestNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code openapi.yaml} says what the router serves, no more and no less. */
class ContractDocumentTest {
    private static final OpenApi DOCUMENT = OpenApi.document();
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([^}]+)}");

    private final Map<String, Endpoint> served = TestNode.shared().application().endpoints().stream()
            .collect(Collectors.toMap(e -> e.method() + " " + e.path(), e -> e, (a, b) -> a, TreeMap::new));

    @Test
    void everyRouteStandsInTheDocumentAndTheOtherWayRound() {
        Set<String> documented =
                DOCUMENT.operations().stream().map(Operation::toString).collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(new TreeSet<>(served.keySet()));
    }

    @Test
    void everyOperationSaysWhoMayCallIt() {
        for (Operation operation : DOCUMENT.operations()) {
            Access access = endpoint(operation).access();
            Set<String> schemes = new HashSet<>();
            operation.node().path("security").forEach(one -> one.fieldNames().forEachRemaining(schemes::add));
            Set<String> wanted = switch (access) {
                case OPEN -> Set.of();
                case ADMIN -> Set.of("AdministratorKey");
                case VIEWER, SENDER, OPERATOR, TENANT_ADMIN -> Set.of("TenantKey");
            };
            assertThat(schemes).as("%s", operation).isEqualTo(wanted);
            String role = access.isTenant() ? access.name().toLowerCase(Locale.ROOT) : "";
            assertThat(operation.node().path("x-role").asText())
                    .as("%s", operation)
                    .isEqualTo(role);
        }
    }

    @Test
    void idempotencyKeysStandWhereTheyHaveAnEffect() {
        for (Operation operation : DOCUMENT.operations()) {
            assertThat(DOCUMENT.parametersOf(operation).containsKey("header Idempotency-Key"))
                    .as("%s", operation)
                    .isEqualTo(endpoint(operation).creates());
        }
    }

    @Test
    void everyParameterOfAPathIsDescribed() {
        for (Operation operation : DOCUMENT.operations()) {
            Set<String> described = DOCUMENT.parametersOf(operation).keySet().stream()
                    .filter(key -> key.startsWith("path "))
                    .map(key -> key.substring(5))
                    .collect(Collectors.toSet());
            Set<String> named = new HashSet<>();
            Matcher matcher = PATH_PARAMETER.matcher(operation.path());
            while (matcher.find()) {
                named.add(matcher.group(1));
            }
            assertThat(described).as("%s", operation).isEqualTo(named);
        }
    }

    @Test
    void everyOperationHasANameOfItsOwnASummaryAndAKnownTag() {
        Set<String> tags = new HashSet<>();
        DOCUMENT.root().path("tags").forEach(tag -> tags.add(tag.path("name").asText()));
        assertThat(DOCUMENT.operations())
                .extracting(operation -> operation.node().path("operationId").asText())
                .doesNotHaveDuplicates()
                .doesNotContain("");
        for (Operation operation : DOCUMENT.operations()) {
            assertThat(operation.node().path("summary").asText())
                    .as("%s", operation)
                    .isNotBlank();
            operation.node().path("tags").forEach(tag -> assertThat(tags).contains(tag.asText()));
        }
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverythingIsReferredTo() {
        Set<String> references = new TreeSet<>();
        collect(DOCUMENT.root(), references);
        assertThat(references)
                .allSatisfy(reference -> assertThat(
                                DOCUMENT.root().at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
        Set<String> components = new TreeSet<>();
        for (String kind : List.of("schemas", "parameters", "headers", "responses")) {
            DOCUMENT.root()
                    .at("/components/" + kind)
                    .fieldNames()
                    .forEachRemaining(name -> components.add("#/components/" + kind + "/" + name));
        }
        assertThat(references).containsAll(components);
    }

    @Test
    void everyExampleIsWhatItsSchemaAsksFor() {
        int examples = 0;
        for (Operation operation : DOCUMENT.operations()) {
            List<JsonNode> contents = new ArrayList<>();
            contents.add(operation.node().at("/requestBody/content/application~1json"));
            operation
                    .node()
                    .path("responses")
                    .forEach(response -> contents.add(DOCUMENT.resolve(response).at("/content/application~1json")));
            for (JsonNode content : contents) {
                if (content.has("example")) {
                    examples++;
                    assertThat(DOCUMENT.wrongInRequest(content.path("schema"), content.path("example")))
                            .as("%s: %s", operation, content.path("example"))
                            .isEmpty();
                }
            }
        }
        assertThat(examples).isGreaterThan(15);
    }

    private Endpoint endpoint(Operation operation) {
        Endpoint endpoint = served.get(operation.toString());
        if (endpoint == null) {
            throw new AssertionError("the router has no " + operation);
        }
        return endpoint;
    }

    private static void collect(JsonNode node, Set<String> references) {
        if (node.path("$ref").isTextual()) {
            references.add(node.path("$ref").textValue());
        }
        node.forEach(child -> collect(child, references));
    }
}
