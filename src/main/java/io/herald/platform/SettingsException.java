package io.herald.platform;

/** A setting is wrong or missing. The message is the one line that the operator sees: the key, and what it takes. */
public final class SettingsException extends RuntimeException {
    public SettingsException(String line) {
        super(line);
    }
}
