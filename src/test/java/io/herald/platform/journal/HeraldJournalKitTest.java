package io.herald.platform.journal;

import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.persistence.CapabilityFlag;
import akka.persistence.japi.journal.JavaJournalSpec;
import akka.persistence.journal.JournalSpec$;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.herald.support.OpenDatabase;
import java.util.List;
import org.junit.runner.RunWith;
import org.scalatestplus.junit.JUnitRunner;

/** What Akka asks of every journal. */
@RunWith(JUnitRunner.class)
public class HeraldJournalKitTest extends JavaJournalSpec {
    private static final Config CONFIG = ConfigFactory.parseString("""
            akka.actor.provider = local
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            """)
            .withFallback(JournalSpec$.MODULE$.config())
            .withFallback(ConfigFactory.load());

    private final OpenDatabase db = OpenDatabase.fresh();
    private final ActorSystem system = ActorSystem.create(
            "journal-kit",
            ActorSystemSetup.create(
                    BootstrapSetup.create(CONFIG), new JournalSetup(db.database(), writer -> List.of())));

    public HeraldJournalKitTest() {
        super(CONFIG);
    }

    /** The kit would start one of its own, without a database. */
    @Override
    public ActorSystem system() {
        return system;
    }

    @Override
    public CapabilityFlag supportsRejectingNonSerializableObjects() {
        return CapabilityFlag.off();
    }

    @Override
    public CapabilityFlag supportsMetadata() {
        return CapabilityFlag.on();
    }

    @Override
    public void afterAll() {
        super.afterAll();
        db.close();
    }
}
