# A node of Herald. Without HERALD_DB_URL it keeps an embedded PostgreSQL in /data, so mount a volume there.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml .
# The dependencies are a layer of their own, that only a change of the pom makes anew.
RUN mvn -B -q dependency:go-offline
COPY src src
RUN mvn -B -q -DskipTests package

FROM eclipse-temurin:25-jre
RUN useradd --system --user-group --uid 10001 --home-dir /data herald \
    && install -d -o herald -g herald /data
COPY --from=build /build/target/herald.jar /opt/herald/herald.jar
COPY LICENSE NOTICE /opt/herald/
USER herald
WORKDIR /data
VOLUME /data
ENV HERALD_DATA_DIR=/data/herald
EXPOSE 8080 25520
# Alive, not ready: a container whose database is away must not be replaced for it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${HERALD_HTTP_PORT:-8080} && printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# SIGTERM reaches the process itself, which drains and ends within 20 seconds: give it them (docker stop --timeout 25).
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "--sun-misc-unsafe-memory-access=allow", "-XX:MaxRAMPercentage=60", "-jar", "/opt/herald/herald.jar"]
CMD ["server"]
