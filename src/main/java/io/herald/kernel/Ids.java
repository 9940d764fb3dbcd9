package io.herald.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;

/** Identifiers that sort by the time of their making, so that neighbours in time are neighbours in an index. */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

    private Ids() {}

    /** A UUIDv7 (RFC 9562) of this moment. */
    public static String uuid7(long epochMillis) {
        byte[] noise = noise(10);
        long high = (epochMillis << 16) | 0x7000L | ((noise[0] & 0x0fL) << 8) | (noise[1] & 0xffL);
        long low = 0x8000000000000000L | (bits(noise, 2, 8) & 0x3fffffffffffffffL);
        return new UUID(high, low).toString();
    }

    /** Sixteen characters of lower-case Crockford Base32: 48 bits of milliseconds, 32 of chance. */
    public static String compact(long epochMillis) {
        return base32(epochMillis, bits(noise(4), 0, 4));
    }

    /**
     * A UUIDv8 (RFC 9562) that the same parts always lead to: a request repeated under one idempotency key makes the same
     * thing again, not another.
     */
    public static String derived(String... parts) {
        byte[] digest = sha256(String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8));
        long high = (bits(digest, 0, 8) & ~0xf000L) | 0x8000L;
        long low = 0x8000000000000000L | (bits(digest, 8, 8) & 0x3fffffffffffffffL);
        return new UUID(high, low).toString();
    }

    /** As {@link #compact}, but the same parts always lead to the same id. */
    public static String derivedCompact(String... parts) {
        byte[] digest = sha256(String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8));
        return base32(bits(digest, 0, 6), bits(digest, 6, 4));
    }

    /** A secret of 160 bits from a cryptographic source, in lower-case Crockford Base32. */
    public static String secret() {
        byte[] noise = noise(20);
        return base32(bits(noise, 0, 6), bits(noise, 6, 4)) + base32(bits(noise, 10, 6), bits(noise, 16, 4));
    }

    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        RANDOM.nextBytes(noise);
        return noise;
    }

    private static long bits(byte[] from, int offset, int length) {
        long bits = 0;
        for (int i = offset; i < offset + length; i++) {
            bits = bits << 8 | (from[i] & 0xff);
        }
        return bits;
    }

    /** 48 bits of {@code high} and 32 of {@code low}: 80 bits, 16 characters of 5. */
    private static String base32(long high, long low) {
        char[] out = new char[16];
        for (int i = 0; i < 16; i++) {
            int shift = 75 - 5 * i;
            long five = shift >= 32
                    ? high >>> (shift - 32)
                    : shift + 5 <= 32 ? low >>> shift : (low >>> shift) | (high << (32 - shift));
            out[i] = ALPHABET.charAt((int) (five & 31));
        }
        return new String(out);
    }
}
