package io.herald.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final long NOW = 1_777_888_999_123L;
    private static final long LAST = (1L << 48) - 1;

    @Test
    void aUuid7TellsItsMoment() {
        UUID id = UUID.fromString(Ids.uuid7(NOW));
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW);
    }

    @Property(tries = 500)
    void idsOfALaterMomentSortAfterThoseOfAnEarlierOne(
            @ForAll @LongRange(min = 0, max = LAST - 1) long earlier,
            @ForAll @LongRange(min = 1, max = 100_000) long by) {
        long later = Math.min(earlier + by, LAST);
        assertThat(Ids.uuid7(earlier)).isLessThan(Ids.uuid7(later));
        assertThat(Ids.compact(earlier)).isLessThan(Ids.compact(later));
    }

    @Test
    void idsOfOneMomentDiffer() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            ids.add(Ids.uuid7(NOW));
            ids.add(Ids.compact(NOW));
        }
        assertThat(ids).hasSizeGreaterThan(1998);
    }

    @Test
    void aCompactIdIsSixteenCharactersOfCrockfordsAlphabet() {
        assertThat(Ids.compact(NOW)).matches("[0-9a-hjkmnp-tv-z]{16}");
        // 48 bits of time fill nine characters and three bits of the tenth.
        assertThat(Ids.compact(0)).startsWith("000000000");
        assertThat(Ids.compact(LAST)).startsWith("zzzzzzzzz");
        assertThat(Ids.compact(1L << 3)).startsWith("000000001");
        assertThat(Ids.compact(NOW).substring(0, 9)).isEqualTo(base32(NOW >>> 3));
    }

    /** Nine characters of five bits, by way of Java's own radix 32. */
    private static String base32(long bits) {
        String java = Long.toString(bits, 32);
        StringBuilder crockford = new StringBuilder();
        for (int i = 0; i < java.length(); i++) {
            crockford.append("0123456789abcdefghjkmnpqrstvwxyz".charAt(Character.digit(java.charAt(i), 32)));
        }
        return "0".repeat(9 - crockford.length()) + crockford;
    }

    @Test
    void theSamePartsLeadToTheSameId() {
        assertThat(Ids.derived("t1", "key")).isEqualTo(Ids.derived("t1", "key"));
        assertThat(Ids.derivedCompact("t1", "key")).isEqualTo(Ids.derivedCompact("t1", "key"));
        assertThat(UUID.fromString(Ids.derived("t1", "key")).version()).isEqualTo(8);
        assertThat(UUID.fromString(Ids.derived("t1", "key")).variant()).isEqualTo(2);
        assertThat(Ids.derivedCompact("t1", "key")).matches("[0-9a-hjkmnp-tv-z]{16}");
    }

    @Test
    void otherPartsLeadToOtherIdsAlsoWhereTheyReadAlike() {
        List<String> ids = List.of(
                Ids.derived("t1", "key"),
                Ids.derived("t", "1key"),
                Ids.derived("t1key"),
                Ids.derived("key", "t1"),
                Ids.derived("t1", "key", ""));
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void aSecretIsOneHundredAndSixtyBitsOfChance() {
        assertThat(Ids.secret()).matches("[0-9a-hjkmnp-tv-z]{32}").isNotEqualTo(Ids.secret());
    }
}
