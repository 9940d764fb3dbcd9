package io.herald.platform;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operating system's niceness of Herald's threads. On few cores the just-in-time compiler competes with the very code that waits
 * to be compiled; Herald's threads being nicer than the JVM's own, it is done sooner. On Linux a thread's niceness is its own, and
 * what it begins inherits it: threads and child processes. Elsewhere nothing changes.
 */
public final class Niceness {
    private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);
    private static final int PROCESS = 0;
    private static final int SELF = 0;

    private Niceness() {}

    /**
     * For the calling thread and all that it begins from now on; the JVM's compilers and collectors have begun already.
     *
     * @param niceness 0, which changes nothing, to 19, the nicest; it can't be taken back without privilege
     */
    public static void set(int niceness) {
        if (niceness < 0 || niceness > 19) {
            throw new IllegalArgumentException("niceness " + niceness + " is not from 0 to 19");
        }
        if (niceness == 0 || !System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try {
            if ((int) setPriority().invokeExact(PROCESS, SELF, niceness) != 0) {
                LOG.warn("the system did not take the niceness {}", niceness);
            }
        } catch (Throwable e) {
            LOG.warn("the niceness can't be set here", e);
        }
    }

    /** {@code int setpriority(int which, id_t who, int prio)} of sys/resource.h. */
    @SuppressWarnings("restricted") // the C library's own
    private static MethodHandle setPriority() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
