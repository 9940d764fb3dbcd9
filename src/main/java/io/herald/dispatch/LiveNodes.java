package io.herald.dispatch;

import akka.actor.typed.ActorSystem;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import java.util.HashSet;
import java.util.Set;

/**
 * Which processes are part of the cluster now. Each has a name of its own, made at its start and carried as a role of its
 * membership, so that an attempt that names a process can be told from one whose process is gone.
 */
public final class LiveNodes {
    public static final String ROLE_PREFIX = "process-";

    private final Cluster cluster;
    private final String self;

    public LiveNodes(ActorSystem<?> system, String self) {
        this.cluster = Cluster.get(system);
        this.self = self;
    }

    public Set<String> all() {
        Set<String> all = new HashSet<>();
        all.add(self);
        for (Member member : cluster.state().getMembers()) {
            if (member.status() != MemberStatus.down() && member.status() != MemberStatus.removed()) {
                for (String role : member.getRoles()) {
                    if (role.startsWith(ROLE_PREFIX)) {
                        all.add(role.substring(ROLE_PREFIX.length()));
                    }
                }
            }
        }
        return all;
    }

    public boolean isLive(String process) {
        return process.equals(self) || all().contains(process);
    }
}
