package io.herald.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.contact.ImportRow.Bad;
import io.herald.contact.ImportRow.Good;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads in their three forms, row by row. */
class ImportReaderTest {
    private static final String ANN = "+14155550100";

    private static List<ImportRow> read(ImportFormat format, String text, @Nullable String region)
            throws ImportReader.Unreadable, IOException {
        List<ImportRow> rows = new ArrayList<>();
        new ImportReader(region, rows::add)
                .read(format, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return rows;
    }

    private static List<ImportRow> csv(String... lines) throws ImportReader.Unreadable, IOException {
        return read(ImportFormat.CSV, String.join("\n", lines), null);
    }

    private static List<ImportRow> json(String text) throws ImportReader.Unreadable, IOException {
        return read(ImportFormat.JSON, text, null);
    }

    private static List<ImportRow> ndjson(String... lines) throws ImportReader.Unreadable, IOException {
        return read(ImportFormat.NDJSON, String.join("\n", lines), null);
    }

    private static Good phone(long line, String phone, Map<String, String> attributes) {
        return new Good(line, phone, null, attributes);
    }

    @Test
    void formatsHaveTheirMediaTypes() {
        assertThat(ImportFormat.of("text/csv")).contains(ImportFormat.CSV);
        assertThat(ImportFormat.of("application/json")).contains(ImportFormat.JSON);
        assertThat(ImportFormat.of("application/x-ndjson")).contains(ImportFormat.NDJSON);
        assertThat(ImportFormat.of("text/plain")).isEqualTo(Optional.empty());
    }

    @Test
    void aCsvsOtherColumnsAreAttributes() throws Exception {
        assertThat(csv("phone,email,name,City", ANN + ",Ann@Example.COM, Ann ,\"Köln, \"\"Süd\"\"\""))
                .containsExactly(new Good(2, ANN, "ann@example.com", Map.of("name", "Ann", "City", "Köln, \"Süd\"")));
    }

    @Test
    void aCsvMayCarryABomAndWindowsLinesAndBlankOnes() throws Exception {
        assertThat(csv("\ufeffPhone,name\r", "\r", ANN + ",Ann\r", "", "+14155550101,Bob"))
                .containsExactly(phone(3, ANN, Map.of("name", "Ann")), phone(5, "+14155550101", Map.of("name", "Bob")));
    }

    @Test
    void aFieldOverSeveralLinesCountsThemAll() throws Exception {
        assertThat(csv("phone,note", ANN + ",\"a\nb\"", "nonsense,x"))
                .containsExactly(
                        phone(2, ANN, Map.of("note", "a\nb")),
                        new Bad(4, "phone", "needs the international form, with + and country code"));
    }

    @Test
    void aRowWithMoreOrFewerFieldsIsBad() throws Exception {
        assertThat(csv("phone,name", ANN, ANN + ",a,b"))
                .containsExactly(
                        new Bad(2, "", "has 1 fields where the header has 2"),
                        new Bad(3, "", "has 3 fields where the header has 2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "name,city\nAnn,Berlin",
                "phone,phone\n1,2",
                "phone,Phone\n1,2",
                "phone,\n1,2",
                "phone;email\n1;2",
                "phone,first name\n1,2",
                "phone,näme\n1,2"
            })
    void aCsvThatCannotBeUsedSaysWhy(String text) {
        assertThatThrownBy(() -> read(ImportFormat.CSV, text, null))
                .isInstanceOf(ImportReader.Unreadable.class)
                .hasMessageMatching("[a-z].{10,}");
    }

    @Test
    void aQuoteThatIsNotClosedIsNamedByItsLine() {
        List<List<String>> uploads = List.of(
                List.of("phone,name", ANN + ",Ann", ANN + ",\"Ann", "+14155550101,Bob"),
                List.of("phone,name", ANN + ",\"A\"", "\"" + ANN + ",Ann"),
                List.of("phone,name", "", ANN + ",\"A\"\"", "+14155550101,B", "+14155550102,\"C\""),
                List.of("phone,name", ANN + ",A", ANN + ",\"" + "Ann\n".repeat(20_000), ANN + ",\"A\""));
        for (List<String> lines : uploads) {
            assertThatThrownBy(() -> csv(lines.toArray(String[]::new)))
                    .isInstanceOf(ImportReader.Unreadable.class)
                    .hasMessageContaining("line 3")
                    .hasMessageContaining("a quote is not closed");
        }
        assertThatThrownBy(() -> csv("\"phone,name", ANN + ",Ann"))
                .isInstanceOf(ImportReader.Unreadable.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void aHeaderAloneIsNoRow() throws Exception {
        assertThat(csv("phone,name")).isEmpty();
        assertThat(csv("email")).isEmpty();
    }

    @Test
    void aJsonArrayOfObjects() throws Exception {
        assertThat(json("""
                [{"phone":"+14155550100","name":"Ann","age":42,"score":1.50,"price":100.00,"vip":true,"gone":null},
                 {"email":"Bob@Example.com"}]"""))
                .containsExactly(
                        phone(
                                1,
                                ANN,
                                Map.of("name", "Ann", "age", "42", "score", "1.50", "price", "100.00", "vip", "true")),
                        new Good(2, null, "bob@example.com", Map.of()));
        assertThat(json("[]")).isEmpty();
        assertThat(json("\ufeff[]")).isEmpty();
    }

    @Test
    void aJsonItemThatIsNoFlatObjectIsBad() throws Exception {
        assertThat(json("[1, null, [], {\"phone\":{\"x\":1}}, {\"tags\":[1],\"phone\":\"+14155550100\"}, {}]"))
                .containsExactly(
                        new Bad(1, "", "is no JSON object"),
                        new Bad(2, "", "is no JSON object"),
                        new Bad(3, "", "is no JSON object"),
                        new Bad(4, "phone", "must be a string, a number, true or false"),
                        new Bad(5, "tags", "must be a string, a number, true or false"),
                        new Bad(6, "phone", "neither phone nor email is given"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"phone\":\"+14155550100\"}",
                "[{\"phone\":\"+14155550100\"}",
                "[{\"phone\":\"+14155550100\"}] x",
                "[{\"phone\":\"+14155550100\"}][]",
                "[{\"phone\":\"+1\",\"phone\":\"+2\"}]",
                "[{phone:1}]",
                "nonsense"
            })
    void jsonThatCannotBeReadFailsAsAWhole(String text) {
        assertThatThrownBy(() -> json(text)).isInstanceOf(ImportReader.Unreadable.class);
    }

    @Test
    void anObjectALine() throws Exception {
        assertThat(ndjson(
                        "{\"phone\":\"+14155550100\",\"name\":\"Ann\"}\r",
                        "",
                        "  ",
                        "{\"phone\":\"+14155550101\"} {\"phone\":\"+14155550102\"}",
                        "[]",
                        "{",
                        "{\"email\":\"bob@example.com\"}"))
                .containsExactly(
                        phone(1, ANN, Map.of("name", "Ann")),
                        new Bad(4, "", "is no JSON object"),
                        new Bad(5, "", "is no JSON object"),
                        new Bad(6, "", "is no JSON object"),
                        new Good(7, null, "bob@example.com", Map.of()));
        assertThat(ndjson("")).isEmpty();
    }

    @Test
    void aLineMayStartWithABom() throws Exception {
        assertThat(ndjson("\ufeff{\"phone\":\"+14155550100\"}")).containsExactly(phone(1, ANN, Map.of()));
    }

    @Test
    void aLineHasALength() {
        assertThatThrownBy(() -> ndjson("{\"phone\":\"" + "x".repeat(1 << 20) + "\"}"))
                .isInstanceOf(ImportReader.Unreadable.class);
    }

    @Test
    void aNationalNumberNeedsARegion() throws Exception {
        assertThat(read(ImportFormat.CSV, "phone\n0151 23456789\n(415) 555-0100", "DE"))
                .startsWith(phone(2, "+4915123456789", Map.of()));
        assertThat(read(ImportFormat.CSV, "phone\n(415) 555-0100", "US")).containsExactly(phone(2, ANN, Map.of()));
        assertThat(csv("phone", "0151 23456789", "4155550100"))
                .containsExactly(
                        new Bad(2, "phone", "needs the international form, with + and country code"),
                        new Bad(3, "phone", "needs the international form, with + and country code"));
    }

    @Test
    void aReasonNeverQuotesWhatStoodThere() throws Exception {
        assertThat(csv("phone,email", "+1 secret,", ",not an address", ",a@b", "\"\",\"\"", "+123,"))
                .containsExactly(
                        new Bad(2, "phone", "is no phone number"),
                        new Bad(3, "email", "is no e-mail address"),
                        new Bad(4, "email", "is no e-mail address"),
                        new Bad(5, "phone", "neither phone nor email is given"),
                        new Bad(6, "phone", "is no phone number"));
    }

    @Test
    void valuesHaveALengthAndAreText() throws Exception {
        assertThat(json("[{\"phone\":\"+14155550100\",\"a\":\"" + "x".repeat(4001) + "\"},"
                        + "{\"phone\":\"+14155550100\",\"a\":\"x\\u0000\"},"
                        + "{\"phone\":\"+14155550100\",\"a\":\"\\ud83d\"},"
                        + "{\"phone\":\"+14155550100\",\"a\":\"" + "x".repeat(4000) + "\"}]"))
                .containsExactly(
                        new Bad(1, "a", "has more than 4000 characters"),
                        new Bad(2, "a", "holds a character that is no text"),
                        new Bad(3, "a", "holds a character that is no text"),
                        phone(4, ANN, Map.of("a", "x".repeat(4000))));
    }

    @Test
    void aNameThatCannotBeAVariableIsNeverReported() throws Exception {
        Bad bad = new Bad(1, "", "has a field whose name is not of letters, digits and underscores");
        String long4001 = "x".repeat(4001);
        for (String field : List.of(
                "\"a\\u0000\":\"x\\u0000\"",
                "\"a b\":\"x\"",
                "\"" + long4001 + "\":\"" + long4001 + "\"",
                "\"\":\"x\\u0000\"",
                "\"a.b\":\"1\"")) {
            assertThat(json("[{" + field + ",\"phone\":\"+14155550100\"}]")).containsExactly(bad);
        }
    }

    @Test
    void aRowHasSoManyAttributes() throws Exception {
        StringBuilder row = new StringBuilder("{\"phone\":\"+14155550100\"");
        for (int i = 0; i <= 200; i++) {
            row.append(",\"a").append(i).append("\":1");
        }
        assertThat(json("[" + row + "}]")).containsExactly(new Bad(1, "", "has more than 200 attributes"));
    }

    /** Rows come out while the upload goes on, so nothing but the row at hand is held. */
    @ParameterizedTest
    @EnumSource(ImportFormat.class)
    void rowsAreHandedOnAsTheyCome(ImportFormat format) throws Exception {
        int rows = 100_000;
        Endless upload = new Endless(format, rows);
        AtomicLong seen = new AtomicLong();
        AtomicLong furthestBehind = new AtomicLong();
        new ImportReader(null, row -> {
                    seen.incrementAndGet();
                    furthestBehind.accumulateAndGet(upload.made() - seen.get(), Math::max);
                })
                .read(format, upload);
        assertThat(seen).hasValue(rows);
        assertThat(furthestBehind.get()).as("rows read and not handed on").isLessThan(2000);
    }

    /** An upload that is made as it is read. */
    private static final class Endless extends InputStream {
        private final ImportFormat format;
        private final int rows;
        private byte[] chunk;
        private int at;
        private long made;
        private boolean over;

        Endless(ImportFormat format, int rows) {
            this.format = format;
            this.rows = rows;
            this.chunk = bytes(
                    switch (format) {
                        case CSV -> "phone,name\n";
                        case JSON -> "[";
                        case NDJSON -> "";
                    });
        }

        long made() {
            return made;
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private boolean refill() {
            if (made == rows) {
                if (over || format != ImportFormat.JSON) {
                    return false;
                }
                over = true;
                chunk = bytes("]");
            } else {
                String phone = "+1415%07d".formatted(made);
                String object = "{\"phone\":\"" + phone + "\",\"name\":\"N" + made + "\"}";
                chunk = bytes(
                        switch (format) {
                            case CSV -> phone + ",N" + made + "\n";
                            case JSON -> (made == 0 ? "" : ",") + object;
                            case NDJSON -> object + "\n";
                        });
                made++;
            }
            at = 0;
            return true;
        }

        @Override
        public int read() {
            while (at == chunk.length) {
                if (!refill()) {
                    return -1;
                }
            }
            return chunk[at++] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int first = read();
            if (first < 0) {
                return -1;
            }
            into[offset] = (byte) first;
            int count = Math.min(length - 1, chunk.length - at);
            System.arraycopy(chunk, at, into, offset + 1, count);
            at += count;
            return count + 1;
        }
    }
}
