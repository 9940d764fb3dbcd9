package io.herald.platform.journal;

import akka.actor.setup.Setup;
import io.herald.platform.sql.Database;
import java.util.List;

/** Hands the journal plugin, which Akka makes by its class name, what it needs. Given to the actor system at its start. */
public final class JournalSetup extends Setup {
    private final Database database;
    private final List<InlineView<?>> views;
    private final CommitListener listener;

    public JournalSetup(Database database, List<InlineView<?>> views) {
        this(database, views, (rows, took) -> {});
    }

    public JournalSetup(Database database, List<InlineView<?>> views, CommitListener listener) {
        this.database = database;
        this.views = List.copyOf(views);
        this.listener = listener;
    }

    Database database() {
        return database;
    }

    List<InlineView<?>> views() {
        return views;
    }

    CommitListener listener() {
        return listener;
    }
}
