// The false claude.ai. Its callback goes on to the desktop app by 307, as the real one does; that is where a
// `form-action` in the page's policy, or a 307 of the gateway's own, would stop a browser.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect } from "node:net";

import { Arrivals, listen } from "./listener.mjs";

export const APP_LINK = "claude://claude.ai/mcp-auth-callback";

export class Claude {
  arrivals = new Arrivals();
  clientId = "https://claude.ai/oauth/mcp-oauth-client-metadata";
  redirect = "https://claude.ai/api/mcp/auth_callback";

  static async start({ certificate, key }) {
    const claude = new Claude();
    const credentials = { cert: readFileSync(certificate), key: readFileSync(key) };
    const server = createSecureServer(credentials, (request, response) => {
      if (!request.url.startsWith("/api/mcp/auth_callback?")) return response.writeHead(404).end();
      claude.arrivals.add(request);
      response.writeHead(307, { location: APP_LINK }).end();
    });
    claude.address = await listen(server);
    claude.proxyAddress = await listen(claude.#proxy());
    return claude;
  }

  // A proxy that leads claude.ai here, and nothing else anywhere.
  #proxy() {
    const [host, port] = this.address.split(":");
    const refuse = (socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    return createServer((_, response) => response.writeHead(403).end()).on("connect", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      if (request.url !== "claude.ai:443") return refuse(socket);
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
    });
  }
}
