package io.herald.simulator;

/** What becomes of an accepted message. */
enum Fate {
    DELIVERED,
    READ,
    UNDELIVERED,
    /** The recipient has no RCS, which shows only after the message was taken. */
    INCAPABLE;

    static Fate of(Api api, String recipient, Faults.Fates faults, Chance chance) {
        if (api == Api.GUPSHUP_RCS
                && faults.incapableMode() == Faults.IncapableMode.FAILED
                && incapable(recipient, faults)) {
            return INCAPABLE;
        }
        if (Hash64.fraction(Hash64.of(recipient, api.provider, api.channel)) < faults.undelivered()) {
            return UNDELIVERED;
        }
        return api == Api.GUPSHUP_RCS && chance.hits(faults.read()) ? READ : DELIVERED;
    }

    /** Whether RCS can't reach this person; the same answer each time for the same share. */
    static boolean incapable(String recipient, Faults.Fates faults) {
        return Hash64.fraction(Hash64.of(recipient, "incapable")) < faults.incapable();
    }

    boolean delivered() {
        return this == DELIVERED || this == READ;
    }
}
