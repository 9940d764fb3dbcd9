package io.herald.channel;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;

/** One actor system for tests of adapters, with Herald's own settings but without a cluster. */
final class ChannelSystem {
    static final ActorSystem<Void> SYSTEM = ActorSystem.create(
            Behaviors.empty(),
            "channel-test",
            ConfigFactory.parseString("akka.actor.provider = local").withFallback(ConfigFactory.load()));

    private ChannelSystem() {}
}
