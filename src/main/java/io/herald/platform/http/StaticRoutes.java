package io.herald.platform.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** The page at {@code /}, the contract at {@code /openapi.yaml}, and the contract to browse at {@code /docs}. */
public final class StaticRoutes implements Endpoint.Group {
    private static final Pattern FILE = Pattern.compile("[a-z-]{1,60}(\\.[a-z]{1,10}){1,2}");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=UTF-8",
            "css", "text/css; charset=UTF-8",
            "js", "application/javascript; charset=UTF-8",
            "yaml", "application/yaml",
            "png", "image/png");

    /** Nothing from elsewhere is loaded, run or framed. */
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private final String swaggerUi;

    /** @param swaggerUiVersion of the webjar on the class path */
    public StaticRoutes(String swaggerUiVersion) {
        this.swaggerUi = "META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion + "/";
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/", Access.OPEN, x -> file("web/index.html")),
                Endpoint.get("/web/{file}", Access.OPEN, x -> file("web/" + name(x))),
                Endpoint.get("/openapi.yaml", Access.OPEN, x -> file("openapi.yaml")),
                Endpoint.get("/docs", Access.OPEN, x -> file("web/docs.html")),
                Endpoint.get("/docs/{file}", Access.OPEN, x -> file(swaggerUi + name(x))));
    }

    private static String name(Exchange x) {
        String name = x.path("file");
        if (!FILE.matcher(name).matches()) {
            throw Problem.notFound("there is nothing at this path");
        }
        return name;
    }

    private static CompletionStage<Answer> file(String resource) {
        String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
        try (InputStream in = StaticRoutes.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null || type == null) {
                throw Problem.notFound("there is nothing at this path");
            }
            return CompletableFuture.completedFuture(new Answer.Raw(HttpResponse.create()
                    .addHeader(RawHeader.create("Content-Security-Policy", POLICY))
                    .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                    .addHeader(RawHeader.create("Referrer-Policy", "no-referrer"))
                    .withEntity(HttpEntities.create(ContentTypes.parse(type), in.readAllBytes()))));
        } catch (IOException e) {
            throw new IllegalStateException("a resource of this program can't be read", e);
        }
    }
}
