package io.herald.support;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.ShardCoordinator;
import akka.cluster.sharding.typed.ClusterShardingQuery;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.cluster.sharding.typed.testkit.javadsl.TestEntityRef;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Entities that are one function of the test's: of the entity's id and what it is told. */
public final class FakeSharding extends ClusterSharding {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ActorSystem<?> system;
    private final BiConsumer<String, Object> entities;
    private final Map<String, ActorRef<Object>> started = new ConcurrentHashMap<>();

    public FakeSharding(ActorSystem<?> system, BiConsumer<String, Object> entities) {
        this.system = system;
        this.entities = entities;
    }

    @Override
    public <M> EntityRef<M> entityRefFor(EntityTypeKey<M> key, String id) {
        ActorRef<Object> entity = started.computeIfAbsent(
                id,
                name -> system.systemActorOf(
                        Behaviors.receiveMessage(told -> {
                            entities.accept(name, told);
                            return Behaviors.same();
                        }),
                        "fake-entity-" + COUNT.incrementAndGet(),
                        Props.empty()));
        return TestEntityRef.of(key, id, entity.narrow());
    }

    @Override
    public <M, E> ActorRef<E> init(Entity<M, E> entity) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <M> EntityRef<M> entityRefFor(EntityTypeKey<M> key, String id, String dataCenter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ActorRef<ClusterShardingQuery> shardState() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ShardCoordinator.ShardAllocationStrategy defaultShardAllocationStrategy(ClusterShardingSettings settings) {
        throw new UnsupportedOperationException();
    }
}
