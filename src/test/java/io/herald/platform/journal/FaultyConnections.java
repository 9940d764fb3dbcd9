package io.herald.platform.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Real connections whose commits can be told to break, before they have happened or after. */
final class FaultyConnections implements GroupCommit.Connections {
    enum Fault {
        /** The connection is lost, and nothing is committed. */
        LOST_BEFORE_COMMIT,
        /** All is committed, and nobody learns of it. */
        LOST_AFTER_COMMIT
    }

    final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger commits = new AtomicInteger();
    final AtomicInteger discards = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    volatile boolean away;
    private final GroupCommit.Connections real;

    FaultyConnections(GroupCommit.Connections real) {
        this.real = real;
    }

    @Override
    public Connection open() throws SQLException {
        if (away) {
            refused.incrementAndGet();
            throw new SQLException("refused", "08001");
        }
        opened.incrementAndGet();
        Connection connection = real.open();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        return switch (method.getName()) {
                            case "commit" -> commit(connection);
                            case "createStatement" -> counted(connection.createStatement());
                            default -> method.invoke(connection, arguments);
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Object commit(Connection connection) throws SQLException {
        commits.incrementAndGet();
        Fault fault = faults.poll();
        if (fault == Fault.LOST_BEFORE_COMMIT) {
            connection.close();
            throw new SQLException("lost", "08006");
        }
        connection.commit();
        if (fault == Fault.LOST_AFTER_COMMIT) {
            connection.close();
            throw new SQLException("lost", "08006");
        }
        return this;
    }

    private Statement counted(Statement statement) {
        return (Statement) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("execute") && "DISCARD PLANS".equals(arguments[0])) {
                        discards.incrementAndGet();
                    }
                    try {
                        return method.invoke(statement, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
