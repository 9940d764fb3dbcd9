package io.herald.kernel;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Phone numbers in E.164: a plus sign, a country code, at most fifteen digits. */
public final class Phone {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    private Phone() {}

    /**
     * Reads a number as people write it. Without {@code region} it must be international, with its plus sign: a country code
     * is never guessed. A number counts as good when its length is possible in its country: numbering plans change faster than
     * their copies, so whether a number is assigned is for the carrier to say.
     *
     * @param region ISO 3166 code for numbers in national form
     * @return the number in E.164, or nothing where this can't be one
     */
    public static Optional<String> parse(String written, @Nullable String region) {
        if (written.length() > 40) {
            return Optional.empty();
        }
        try {
            var number = NUMBERS.parse(written, region == null ? "ZZ" : region);
            return NUMBERS.isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE && !number.hasExtension()
                    ? Optional.of(NUMBERS.format(number, PhoneNumberFormat.E164))
                    : Optional.empty();
        } catch (NumberParseException e) {
            return Optional.empty();
        }
    }

    public static Optional<String> parse(String written) {
        return parse(written, null);
    }

    public static boolean isRegion(String region) {
        return NUMBERS.getSupportedRegions().contains(region);
    }
}
