package io.herald;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** {@code server}: a node, until it is told to stop. */
@Command(name = "server", description = "Run a node.", mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {

    @Override
    public Integer call() throws InterruptedException {
        Application application = Application.start(ConfigFactory.load(), List.of());
        application
                .madeUpAdminKey()
                .ifPresent(key -> System.out.println(
                        "The administrator's key, made now and kept nowhere (set HERALD_ADMIN_KEY to choose one): "
                                + key));
        Runtime.getRuntime().addShutdownHook(new Thread(application::close, "stop"));
        new CountDownLatch(1).await();
        return 0;
    }
}
