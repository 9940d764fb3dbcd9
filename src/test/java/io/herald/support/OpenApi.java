package io.herald.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code openapi.yaml} as a judge: what it says of an operation, and whether a value is what a schema asks for. A response may hold
 * nothing that its schema does not name, though the document leaves clients open to additions.
 */
public final class OpenApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private static final OpenApi DOCUMENT = new OpenApi();

    private final JsonNode root;
    private final JsonNode definitions;
    private final JsonNode closedDefinitions;
    private final Map<String, JsonSchema> compiled = new ConcurrentHashMap<>();

    /** A method on a path. */
    public record Operation(String method, String path, JsonNode node) {

        /** Its path with every parameter's place filled: {@code id}, but for those that are no id. */
        public String target(String id) {
            return path.replace("{provider}", "twilio")
                    .replace("{kind}", "provider")
                    .replace("{channel}", "sms")
                    .replace("{address}", "+14155550199")
                    .replace("{file}", "no-such-file.js")
                    .replaceAll("\\{[^}]+}", id);
        }

        /** A body as the document shows one; none where there is no body in JSON, or none is needed. */
        public Optional<String> body() {
            JsonNode example = node.at("/requestBody/content/application~1json/example");
            return example.isObject() ? Optional.of(example.toString()) : Optional.empty();
        }

        /** The role that it needs at the least; empty where it is not a tenant's. */
        public String role() {
            return node.path("x-role").asText();
        }

        /** Whether it is the administrator's. */
        public boolean isAdministrators() {
            return node.path("security").toString().contains("AdministratorKey");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("there is no openapi.yaml on the class path");
            }
            root = new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        definitions = root.at("/components/schemas");
        closedDefinitions = closed(definitions);
    }

    public static OpenApi document() {
        return DOCUMENT;
    }

    public JsonNode root() {
        return root;
    }

    public List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        root.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> operations.add(new Operation(
                                method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()))));
        return operations;
    }

    /** The operation that a path without its query means. A literal segment goes before a parameter, whatever the method. */
    public Optional<Operation> find(String method, String path) {
        Optional<String> template = operations().stream()
                .map(Operation::path)
                .filter(documented -> matches(documented, path))
                .min(Comparator.comparingLong(OpenApi::parameters));
        return operations().stream()
                .filter(operation ->
                        operation.method().equals(method) && template.equals(Optional.of(operation.path())))
                .findFirst();
    }

    private static long parameters(String template) {
        return template.chars().filter(c -> c == '{').count();
    }

    private static boolean matches(String template, String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            boolean parameter = wanted[i].startsWith("{") && !given[i].isEmpty();
            if (!parameter && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return true;
    }

    /** What a reference in the document means, or the node itself where it is none. */
    public JsonNode resolve(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode() ? node : root.at(reference.textValue().substring(1));
    }

    /** An operation's parameters, by {@code in} and name. */
    public Map<String, JsonNode> parametersOf(Operation operation) {
        Map<String, JsonNode> parameters = new HashMap<>();
        operation.node().path("parameters").forEach(written -> {
            JsonNode parameter = resolve(written);
            parameters.put(
                    parameter.path("in").textValue() + " "
                            + parameter.path("name").textValue(),
                    parameter);
        });
        return parameters;
    }

    /** An operation's response to a status. */
    public Optional<JsonNode> response(Operation operation, int status) {
        JsonNode response = operation.node().path("responses").path(Integer.toString(status));
        return response.isMissingNode() ? Optional.empty() : Optional.of(resolve(response));
    }

    /** What is wrong with something sent; nothing where it is as the schema asks. */
    public List<String> wrongInRequest(JsonNode schema, JsonNode value) {
        return wrong("open", schema, value, definitions);
    }

    /** What is wrong with something answered, that which the schema does not name included. */
    public List<String> wrongInResponse(JsonNode schema, JsonNode value) {
        return wrong("closed", closed(schema), value, closedDefinitions);
    }

    /** As the other one, by the name of a schema. */
    public List<String> wrongInResponse(String schema, JsonNode value) {
        return wrongInResponse(definitions.path(schema), value);
    }

    /** A parameter's or header's text as the type that its schema asks for. */
    public JsonNode typed(JsonNode schema, String text) {
        if (resolve(schema).path("type").asText().equals("integer") && text.matches("-?\\d{1,18}")) {
            return JSON.getNodeFactory().numberNode(Long.parseLong(text));
        }
        return JSON.getNodeFactory().textNode(text);
    }

    private List<String> wrong(String kind, JsonNode schema, JsonNode value, JsonNode among) {
        String key = kind + " " + schema;
        JsonSchema judge = compiled.computeIfAbsent(key, absent -> {
            ObjectNode whole = schema.isObject() ? schema.<ObjectNode>deepCopy() : JSON.createObjectNode();
            whole.set("$defs", among);
            return SCHEMAS.getSchema(local(whole), STRICT);
        });
        return judge.validate(value).stream()
                .map(message -> message.getMessage())
                .sorted()
                .toList();
    }

    /** JSON Schema looks for definitions elsewhere than OpenAPI keeps them. */
    private static JsonNode local(JsonNode schema) {
        try {
            return JSON.readTree(schema.toString().replace("#/components/schemas/", "#/$defs/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with every object closed that names its properties and says nothing of others. */
    private static JsonNode closed(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        close(copy);
        return copy;
    }

    private static void close(@Nullable JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        if (node != null) {
            node.forEach(OpenApi::close);
        }
    }
}
