package io.herald.simulator;

/** The sending APIs that are imitated. */
enum Api {
    TWILIO_SMS("twilio", "sms"),
    GUPSHUP_RCS("gupshup", "rcs"),
    GUPSHUP_SMS("gupshup", "sms");

    final String provider;
    final String channel;

    Api(String provider, String channel) {
        this.provider = provider;
        this.channel = channel;
    }
}
