package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.herald.support.TestNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract as a browser shows it, under the policy that the pages are served with. */
class DocsPageTest {

    @Test
    void aBrowserShowsTheContract(@TempDir Path profile) throws IOException, InterruptedException {
        Optional<String> browser = browser();
        assumeTrue(browser.isPresent(), "no Chromium on the PATH");
        File page = profile.resolve("page.html").toFile();
        Process process = new ProcessBuilder(
                        browser.get(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--user-data-dir=" + profile.resolve("profile"),
                        "--virtual-time-budget=15000",
                        "--dump-dom",
                        TestNode.shared().anyone().base() + "/docs")
                .redirectOutput(page)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the browser ends")
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(page.toPath(), StandardCharsets.UTF_8))
                .contains(
                        "Send up to 10,000 messages", "/api/v1/campaigns/{id}/retry-failed", "/admin/provider-accounts")
                .doesNotContain("Failed to load API definition", "Unable to render this definition");
    }

    private static Optional<String> browser() {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
