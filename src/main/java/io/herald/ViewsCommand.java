package io.herald;

import io.herald.campaign.CampaignRecorded;
import io.herald.campaign.domain.CampaignEvent;
import io.herald.campaign.view.CampaignView;
import io.herald.insight.view.UsageView;
import io.herald.message.MessageRecorded;
import io.herald.message.domain.MessageEvent;
import io.herald.message.view.MessageView;
import io.herald.platform.SettingsException;
import io.herald.platform.journal.ViewRebuild;
import io.herald.platform.journal.WriterLock;
import io.herald.platform.serialization.Json;
import io.herald.platform.sql.Database;
import io.herald.platform.sql.DatabaseSettings;
import io.herald.platform.sql.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code views rebuild}: the views that are written with the journal, made again from it. */
@Command(name = "views", description = "Look after the views of the journal.", mixinStandardHelpOptions = true)
final class ViewsCommand {
    private static final String STRIPE = "rebuilt";

    private static final List<ViewRebuild.Part<?>> PARTS = List.of(
            new ViewRebuild.Part<>(
                    "Message",
                    List.of(new MessageView(STRIPE), new UsageView(STRIPE)),
                    List.of("message", "message_due", "provider_ref", "campaign_ledger", "usage_counter"),
                    (last, event) -> MessageRecorded.of(
                            last == null ? null : last.after(), Json.read(event, MessageEvent.class)),
                    "INSERT INTO usage_counter SELECT * FROM usage_removed"),
            new ViewRebuild.Part<>(
                    "Campaign",
                    List.of(new CampaignView()),
                    List.of("campaign"),
                    (last, event) -> CampaignRecorded.of(
                            last == null ? null : last.after(), Json.read(event, CampaignEvent.class)),
                    ""));

    @Command(
            name = "rebuild",
            description = "Make messages', campaigns' and usage's views again from the journal. Nodes must be stopped.",
            mixinStandardHelpOptions = true)
    int rebuild() throws SQLException {
        CommandDatabase.run(ViewsCommand::rebuild);
        return 0;
    }

    static void rebuild(DatabaseSettings settings) throws SQLException {
        Migrations.apply(settings);
        try (Connection reader = Database.unbounded(settings);
                Connection writer = Database.unbounded(settings)) {
            if (!WriterLock.alone(writer)) {
                throw new SettingsException(
                        "a node is writing this database's journal, or another rebuild is under way;"
                                + " stop it and try again");
            }
            long events = new ViewRebuild(reader, writer, read -> {
                        if (read % 100_000 == 0) {
                            System.out.printf("%,d events read%n", read);
                        }
                    })
                    .run(PARTS);
            System.out.printf("The views are made again, from %,d events.%n", events);
        }
    }
}
