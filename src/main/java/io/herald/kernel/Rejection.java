package io.herald.kernel;

/** A business refusal: an answer, not a failure. The HTTP edge turns the code into a status in one place. */
public record Rejection(Code code, String detail) {

    public enum Code {
        /** There is no such thing for this caller. */
        NOT_FOUND,
        /** The state it is in does not allow that. */
        WRONG_STATE,
        /** Understood, and impossible. */
        UNPROCESSABLE
    }

    public static Rejection notFound(String detail) {
        return new Rejection(Code.NOT_FOUND, detail);
    }

    public static Rejection wrongState(String detail) {
        return new Rejection(Code.WRONG_STATE, detail);
    }

    public static Rejection unprocessable(String detail) {
        return new Rejection(Code.UNPROCESSABLE, detail);
    }
}
