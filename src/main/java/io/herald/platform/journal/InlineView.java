package io.herald.platform.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A read model that is written in the transaction of the events themselves, so that it is never behind them.
 *
 * @param <P> what its entities persist
 */
public interface InlineView<P> {

    /** An event as it is journaled, with what its entity sent along. */
    record Entry<P>(String persistenceId, long sequenceNr, P payload) {}

    /** The class of payloads that this view keeps something of. */
    Class<P> payloads();

    /**
     * Writes what this view keeps of a group of events, in journal order: those of one entity in their sequence.
     *
     * @param connection in the events' transaction; not to be committed
     */
    void write(Connection connection, List<Entry<P>> entries) throws SQLException;
}
