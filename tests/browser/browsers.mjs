// The browsers, without a window. For both, https://claude.ai is the false one.

import puppeteer from "puppeteer-core";

export function launch(name, program, claude) {
  return name === "firefox" ? firefox(program, claude) : chromium(program, claude);
}

function chromium(program, claude) {
  const flags = [
    `--host-resolver-rules=MAP claude.ai:443 ${claude.address}`,
    // Nothing else is found; addresses need no resolver.
    "--no-proxy-server",
    // Containers have little of it.
    "--disable-dev-shm-usage",
    // It shows nothing but our own pages; as root, and in many containers, it does not start with its sandbox.
    "--no-sandbox",
  ];
  return puppeteer.launch({ executablePath: program, args: flags, acceptInsecureCerts: true });
}

function firefox(program, claude) {
  const [host, port] = claude.proxyAddress.split(":");
  return puppeteer.launch({
    browser: "firefox",
    executablePath: program,
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      // A proxy that knows one host, as /etc/hosts cannot name a port. Loopback goes without it.
      "network.proxy.type": 1,
      "network.proxy.ssl": host,
      "network.proxy.ssl_port": Number(port),
    },
  });
}
