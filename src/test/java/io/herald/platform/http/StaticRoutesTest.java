package io.herald.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.support.Api;
import io.herald.support.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages, and that everything they ask for is there. */
class StaticRoutesTest {
    private static final Pattern ASKED_FOR = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"");

    private final Api anyone = TestNode.shared().anyone();

    @Test
    void theContractIsServedAsItIs() throws IOException {
        try (InputStream in = StaticRoutesTest.class.getResourceAsStream("/openapi.yaml")) {
            assertThat(in).isNotNull();
            assertThat(anyone.get("/openapi.yaml").expect(200).text())
                    .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatThePagesAskForIsThere() {
        for (String page : new String[] {"/", "/docs"}) {
            Api.Reply answered = anyone.get(page).expect(200);
            assertThat(answered.header("Content-Security-Policy")).contains("default-src 'self'");
            Matcher asked = ASKED_FOR.matcher(answered.text());
            int files = 0;
            while (asked.find()) {
                assertThat(anyone.get(asked.group(1)).expect(200).text()).isNotEmpty();
                files++;
            }
            assertThat(files).as(page).isPositive();
        }
    }

    @Test
    void theContractCanBeBrowsed() {
        assertThat(anyone.get("/docs/swagger-ui-bundle.js").expect(200).text()).contains("SwaggerUIBundle");
        assertThat(anyone.get("/web/docs.js").expect(200).text()).contains("/openapi.yaml");
    }

    @Test
    void healthIsToldToAnyone() {
        assertThat(anyone.get("/health/live").expect(200).at("/status")).isEqualTo("up");
        assertThat(anyone.get("/health/ready").expect(200).at("/status")).isEqualTo("up");
    }
}
