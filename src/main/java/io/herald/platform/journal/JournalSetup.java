package io.herald.platform.journal;

import akka.actor.setup.Setup;
import io.herald.platform.sql.Database;
import java.util.List;
import java.util.function.IntFunction;

/** Hands the journal plugin, which Akka makes by its class name, what it needs. Given to the actor system at its start. */
public final class JournalSetup extends Setup {
    private final Database database;
    private final IntFunction<List<InlineView<?>>> views;
    private final CommitListener listener;

    /** @param views of each of the node's writers, by its number from 0; counters that they add to must differ */
    public JournalSetup(Database database, IntFunction<List<InlineView<?>>> views) {
        this(database, views, (rows, took) -> {});
    }

    public JournalSetup(Database database, IntFunction<List<InlineView<?>>> views, CommitListener listener) {
        this.database = database;
        this.views = views;
        this.listener = listener;
    }

    Database database() {
        return database;
    }

    List<InlineView<?>> views(int writer) {
        return views.apply(writer);
    }

    CommitListener listener() {
        return listener;
    }
}
