package io.herald;

import com.typesafe.config.Config;
import io.herald.platform.SettingsException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether a node can have its addresses: found out before anything else is started, and said in one line. */
final class Addresses {
    private Addresses() {}

    /** @throws SettingsException that names what can't be bound */
    static void check(Config config) {
        Config herald = config.getConfig("herald");
        check(
                herald.getString("http.host"),
                herald.getInt("http.port"),
                "HERALD_HTTP_HOST (herald.http.host)",
                "HERALD_HTTP_PORT (herald.http.port)");
        Config artery = config.getConfig("akka.remote.artery");
        String host = artery.getString("bind.hostname");
        String port = artery.getString("bind.port");
        check(
                host.isEmpty() ? herald.getString("cluster.host") : host,
                port.isEmpty() ? herald.getInt("cluster.port") : artery.getInt("bind.port"),
                "HERALD_HOST (herald.cluster.host)",
                "HERALD_REMOTE_PORT (herald.cluster.port)");
    }

    /** Takes the port for a moment, without listening on it. */
    private static void check(String host, int port, String hostSetting, String portSetting) {
        InetSocketAddress anyPort = new InetSocketAddress(host, 0);
        if (anyPort.isUnresolved() || !canBind(anyPort)) {
            throw new SettingsException(hostSetting + " must be an address of this machine; " + host + " is none");
        }
        if (!canBind(new InetSocketAddress(anyPort.getAddress(), port))) {
            throw new SettingsException(portSetting + ": port " + port + " can't be bound; is it in use?");
        }
    }

    private static boolean canBind(InetSocketAddress address) {
        try (Socket probe = new Socket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
