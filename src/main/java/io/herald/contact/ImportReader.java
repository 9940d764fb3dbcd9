package io.herald.contact;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.herald.platform.serialization.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads uploads row by row, in memory that does not grow with them. */
final class ImportReader {
    private static final int LONGEST_LINE = 1 << 20;
    private static final int LONGEST_FIELD = 1 << 16;

    /** What follows an item of an array is the next one. */
    private static final ObjectReader ITEM =
            Json.mapper().readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The upload as a whole can't be used; the message is for the one who sent it. */
    static final class Unreadable extends Exception {
        Unreadable(String message) {
            super(message);
        }
    }

    private final @Nullable String region;
    private final Consumer<ImportRow> rows;

    ImportReader(@Nullable String region, Consumer<ImportRow> rows) {
        this.region = region;
        this.rows = rows;
    }

    void read(ImportFormat format, InputStream in) throws Unreadable, IOException {
        switch (format) {
            case CSV -> csv(in);
            case JSON -> json(in);
            case NDJSON -> ndjson(in);
        }
    }

    /** Fields of a CSV that belong together, with the line on which they begin. */
    private record Line(long number, List<String> fields) {}

    /** Knows on which line the record begins that can't be read to its end. */
    private static final class Lines extends AbstractBaseCsvCallbackHandler<Line> {
        private final List<String> fields = new ArrayList<>();
        private long begin;

        @Override
        protected void handleBegin(long startingLineNumber) {
            begin = startingLineNumber;
            fields.clear();
        }

        @Override
        protected void handleField(int fieldIdx, char[] buf, int offset, int len, boolean quoted) {
            fields.add(new String(buf, offset, len));
        }

        @Override
        protected Line buildRecord() {
            return new Line(begin, List.copyOf(fields));
        }
    }

    private void csv(InputStream in) throws Unreadable, IOException {
        Lines lines = new Lines();
        try (CsvReader<Line> csv = CsvReader.builder()
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .maxBufferSize(LONGEST_FIELD)
                .allowUnclosedQuote(false)
                .detectBomHeader(true)
                .build(lines, in)) {
            List<String> header = null;
            for (Line line : csv) {
                if (header == null) {
                    header = header(line);
                } else {
                    rows.accept(row(header, line));
                }
            }
            if (header == null) {
                throw new Unreadable("it is empty: the first line must name the columns");
            }
        } catch (CsvParseException e) {
            throw new Unreadable(
                    "what begins on line " + lines.begin + " is no CSV: a quote is not closed, or something"
                            + " follows a closed one, or a field has more than " + LONGEST_FIELD + " characters");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<String> header(Line line) throws Unreadable {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String field : line.fields()) {
            String name = field.strip();
            String known = name.toLowerCase(Locale.ROOT);
            names.add(known.equals("phone") || known.equals("email") ? known : name);
            if (!ImportRow.NAME.matcher(name).matches()) {
                throw new Unreadable("column " + names.size()
                        + " of the header must have a name of letters, digits and underscores");
            }
            if (!seen.add(names.getLast())) {
                throw new Unreadable("the header names column " + names.size() + " a second time");
            }
        }
        if (!seen.contains("phone") && !seen.contains("email")) {
            throw new Unreadable("the header must have a column phone or email");
        }
        return names;
    }

    private ImportRow row(List<String> header, Line line) {
        List<String> values = line.fields();
        if (values.size() != header.size()) {
            return new ImportRow.Bad(
                    line.number(), "", "has " + values.size() + " fields where the header has " + header.size());
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            fields.put(header.get(i), values.get(i));
        }
        return ImportRow.of(line.number(), fields, region);
    }

    private void json(InputStream in) throws Unreadable, IOException {
        long place = 0;
        try (JsonParser parser = Json.mapper().getFactory().createParser(in)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new Unreadable("it must be a JSON array of objects");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                JsonNode item = ITEM.readValue(parser);
                rows.accept(row(++place, item));
            }
            if (parser.nextToken() != null) {
                throw new Unreadable("there is something after the array");
            }
        } catch (JsonProcessingException e) {
            throw new Unreadable("it is no JSON array of objects: item " + (place + 1) + " can't be read");
        }
    }

    private void ndjson(InputStream in) throws Unreadable, IOException {
        ObjectReader reader = Json.mapper().readerFor(JsonNode.class);
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        long number = 0;
        for (String line = readLine(lines); line != null; line = readLine(lines)) {
            if (number++ == 0 && line.startsWith("\ufeff")) {
                line = line.substring(1);
            }
            if (line.isBlank()) {
                continue;
            }
            try {
                rows.accept(row(number, reader.readValue(line)));
            } catch (JsonProcessingException e) {
                rows.accept(new ImportRow.Bad(number, "", "is no JSON object"));
            }
        }
    }

    private static @Nullable String readLine(BufferedReader lines) throws IOException, Unreadable {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (c == '\n') {
                return line.toString();
            }
            line.append((char) c);
            if (line.length() > LONGEST_LINE) {
                throw new Unreadable("a line has more than " + LONGEST_LINE + " characters");
            }
        }
        return line.isEmpty() ? null : line.toString();
    }

    private ImportRow row(long line, @Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            return new ImportRow.Bad(line, "", "is no JSON object");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue();
            if (!value.isValueNode()) {
                return new ImportRow.Bad(line, safe(field.getKey()), "must be a string, a number, true or false");
            }
            if (!value.isNull()) {
                fields.put(field.getKey(), Json.scalar(value));
            }
        }
        return ImportRow.of(line, fields, region);
    }

    private static String safe(String name) {
        return ImportRow.NAME.matcher(name).matches() ? name : "";
    }
}
