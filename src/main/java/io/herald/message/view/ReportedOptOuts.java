package io.herald.message.view;

import io.herald.message.MessageRecorded;
import io.herald.message.domain.Message;
import io.herald.message.domain.ReportedOptOut;
import io.herald.platform.journal.InlineView;
import io.herald.platform.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Opt-outs that providers report, recorded in the transaction of the very events that say so: no crash comes between them. Not made
 * again from the journal, for a person may have come back since.
 */
public final class ReportedOptOuts implements InlineView<MessageRecorded> {
    private static final String INSERT = """
            INSERT INTO opt_out (tenant_id, channel, address, source, since) VALUES (?, ?, ?, 'provider', ?)
            ON CONFLICT (tenant_id, channel, address) DO NOTHING
            """;

    @Override
    public Class<MessageRecorded> payloads() {
        return MessageRecorded.class;
    }

    @Override
    public void write(Connection connection, List<Entry<MessageRecorded>> entries) throws SQLException {
        for (Entry<MessageRecorded> entry : entries) {
            MessageRecorded recorded = entry.payload();
            Message after = Objects.requireNonNull(recorded.after(), "a message is persisted with its state");
            Optional<ReportedOptOut> optOut = ReportedOptOut.in(recorded.event(), after);
            if (optOut.isPresent()) {
                Sql.update(
                        connection,
                        INSERT,
                        optOut.get().tenantId(),
                        optOut.get().channel().wire(),
                        optOut.get().address(),
                        recorded.event().at());
            }
        }
    }
}
