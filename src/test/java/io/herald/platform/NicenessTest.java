package io.herald.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

class NicenessTest {

    @Test
    @EnabledOnOs(LINUX)
    void aThreadAndWhatItBeginsAreNicerAndTheOthersAreNot() throws InterruptedException {
        int before = niceness();
        List<Integer> seen = new ArrayList<>();
        Thread nicer = Thread.ofPlatform().start(() -> {
            Niceness.set(before + 3);
            seen.add(niceness());
            Thread child = Thread.ofPlatform().start(() -> seen.add(niceness()));
            try {
                child.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        nicer.join();
        assertThat(seen).containsExactly(before + 3, before + 3);
        assertThat(niceness()).isEqualTo(before);
    }

    @Test
    void whatIsNoNicenessIsRefused() {
        assertThatThrownBy(() -> Niceness.set(20)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Niceness.set(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The 19th field of the calling thread's state; those after the name in brackets begin with the third. */
    private static int niceness() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
