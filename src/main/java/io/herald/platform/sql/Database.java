package io.herald.platform.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The pool of connections. Work runs on virtual threads, as many at once as there are connections; callers get a stage that fails
 * with {@link DatabaseAway} where no connection could be had in time or the server went away.
 */
public final class Database implements AutoCloseable {

    /** Something to do with a connection. Autocommit is on in {@link #run}, off in {@link #transact}. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** The pool looks for a server that was away at least this often: it rests at most this long between two tries. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);

    private final HikariDataSource pool;
    private final Duration acquireTimeout;
    private final DatabaseSettings.Target target;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sql-", 0).factory());

    public Database(DatabaseSettings settings) {
        this.target = settings.target();
        this.acquireTimeout = settings.acquireTimeout();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(target.jdbcUrl());
        config.setUsername(target.user());
        config.setPassword(target.password());
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(LOOK_AGAIN.toMillis());
        config.setValidationTimeout(LOOK_AGAIN.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setPoolName("herald");
        config.addDataSourceProperty("ApplicationName", "herald");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("logServerErrorDetail", "false"); // it quotes rows, and rows hold personal data
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty(
                "options", "-c statement_timeout=" + settings.statementTimeout().toMillis());
        this.pool = new HikariDataSource(config);
    }

    /** Each statement commits by itself. */
    public <T> CompletionStage<T> run(Work<T> work) {
        return CompletableFuture.supplyAsync(() -> onPooled(work), threads);
    }

    /** All statements commit together, or none. */
    public <T> CompletionStage<T> transact(Work<T> work) {
        return run(connection -> inTransaction(connection, work));
    }

    /**
     * As {@link #transact}, without the bounds on a statement's time, the server's and the socket's: for work that grows with the
     * data. The pool gives the connection its usual ones back.
     */
    public <T> CompletionStage<T> transactAtLength(Work<T> work) {
        return transact(connection -> {
            connection.setNetworkTimeout(Runnable::run, 0);
            try (var statement = connection.createStatement()) {
                statement.execute("SET LOCAL statement_timeout = 0");
            }
            return work.on(connection);
        });
    }

    /** As {@link #run}, on the caller's thread, which must be one that may block. */
    public <T> T runHere(Work<T> work) {
        return onPooled(work);
    }

    /** As {@link #transact}, on the caller's thread, which must be one that may block. */
    public <T> T transactHere(Work<T> work) {
        return onPooled(connection -> inTransaction(connection, work));
    }

    /** A connection of its own outside the pool, for the journal's writer. The caller closes it. */
    public Connection dedicated() throws SQLException {
        return dedicated("herald-journal");
    }

    /**
     * A connection of its own outside the pool, for who else works on the journal. The caller closes it.
     *
     * @param name by which the server knows it
     */
    public Connection dedicated(String name) throws SQLException {
        Properties properties = properties(target, name);
        properties.setProperty("socketTimeout", "10");
        properties.setProperty("prepareThreshold", "1");
        return DriverManager.getConnection(target.jdbcUrl(), properties);
    }

    /** A connection without a pool, and without bounds on a statement's time, for work on the whole journal. The caller closes it. */
    public static Connection unbounded(DatabaseSettings settings) throws SQLException {
        DatabaseSettings.Target target = settings.target();
        return DriverManager.getConnection(target.jdbcUrl(), properties(target, "herald-maintenance"));
    }

    private static Properties properties(DatabaseSettings.Target target, String name) {
        Properties properties = new Properties();
        properties.setProperty("user", target.user());
        properties.setProperty("password", target.password());
        properties.setProperty("ApplicationName", name);
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("loginTimeout", "2");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("logServerErrorDetail", "false");
        // The journal and its views touch rows by their keys only, also while their tables have no statistics yet.
        properties.setProperty("options", "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off");
        return properties;
    }

    private <T> T onPooled(Work<T> work) {
        try (Connection connection = connection()) {
            return work.on(connection);
        } catch (SQLException e) {
            if (DatabaseAway.isSaidBy(e)) {
                throw new DatabaseAway(e);
            }
            throw new SqlFailure(e);
        }
    }

    private Connection connection() throws SQLException {
        long deadline = System.nanoTime() + acquireTimeout.toNanos();
        while (true) {
            try {
                return pool.getConnection();
            } catch (SQLTransientConnectionException e) {
                if (System.nanoTime() - deadline >= 0) {
                    throw e;
                }
            }
        }
    }

    private static <T> T inTransaction(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    @Override
    public void close() {
        threads.close();
        pool.close();
    }
}
