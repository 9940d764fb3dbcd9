package io.herald;

import io.herald.platform.SettingsException;
import io.herald.platform.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(
        name = "herald",
        description = "A campaign and message dispatch engine.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServerCommand.class,
            DemoCommand.class,
            SimulatorCommand.class,
            BenchCommand.class,
            ViewsCommand.class,
            MigrateCommand.class
        })
public final class Main implements Runnable {
    static final int FAILED = 1;
    static final int WRONG_SETTING = 2;

    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    /** What {@code --version} prints. */
    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Herald " + Version.current() + " (Java " + Runtime.version() + ")"};
        }
    }

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** @return the exit status: 0, {@value #FAILED}, or {@value #WRONG_SETTING} where a setting or an option is wrong */
    static int run(String... args) {
        CommandLine line = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof SettingsException wrong) {
                System.err.println("herald: " + wrong.getMessage());
                return WRONG_SETTING;
            }
            throw e;
        });
        return line.execute(args);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a command is needed");
        }
    }
}
