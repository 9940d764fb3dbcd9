package io.herald.web;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Chromium without a window.
 *
 * @param home its profile and what it wrote
 */
record Browser(Path program, Path home) {
    static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /**
     * What became of a page.
     *
     * @param dom after its scripts ran
     * @param console what scripts wrote, failed ones above all, one line each; failed requests don't show there
     */
    record Shown(String dom, List<String> console) {}

    /** The first of {@link #NAMES} that is on the PATH. */
    static Optional<Path> find() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        List<Path> directories =
                Stream.of(path.split(File.pathSeparator, -1)).map(Path::of).toList();
        return NAMES.stream()
                .flatMap(name -> directories.stream().map(directory -> directory.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Opens a page, lets ten seconds of the page's own clock pass, and looks. */
    Shown open(String url) {
        Path dom = home.resolve("dom.html");
        Path log = home.resolve("chromium.log");
        try {
            Process browser = new ProcessBuilder(
                            program.toString(),
                            "--headless=new",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--user-data-dir=" + home.resolve("profile"),
                            "--window-size=1280,900",
                            "--virtual-time-budget=10000",
                            "--enable-logging=stderr",
                            "--dump-dom",
                            url)
                    .redirectOutput(dom.toFile())
                    .redirectError(log.toFile())
                    .start();
            if (!browser.waitFor(PATIENCE)) {
                browser.destroyForcibly();
                throw new AssertionError("the browser did not end within " + PATIENCE);
            }
            List<String> console = Files.readString(log)
                    .lines()
                    .filter(line -> line.contains("CONSOLE"))
                    .toList();
            return new Shown(Files.readString(dom), console);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
