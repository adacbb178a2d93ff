// The app that connects: an OAuth client with a redirect URI on loopback.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";

import { Arrivals, listen } from "./listener.mjs";

export const APP_NAME = "Browser <b>test</b>";

export class App {
  arrivals = new Arrivals();

  static async start(base) {
    const app = new App();
    app.base = base;
    const server = createServer((request, response) => app.#answer(request, response));
    app.address = await listen(server);
    app.redirect = `http://${app.address}/callback`;
    app.clientId = await app.#register();
    return app;
  }

  #answer(request, response) {
    const url = new URL(request.url, "http://app");
    if (url.pathname === "/callback") this.arrivals.add(request);
    // A page that shows another in a frame.
    const framed = url.pathname === "/frame" ? new URL(url.searchParams.get("of")) : null;
    const body = framed
      ? `<iframe width="600" height="600" src="${framed.href.replaceAll("&", "&amp;")}"></iframe>`
      : `<h1>The app</h1>`;
    response.writeHead(url.pathname === "/favicon.ico" ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!DOCTYPE html><title>The app</title>${body}`);
  }

  async #register() {
    const response = await fetch(`${this.base}/oauth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: APP_NAME, redirect_uris: [this.redirect] }),
    });
    const body = await response.text();
    assert.equal(response.status, 201, body);
    return JSON.parse(body).client_id;
  }

  // An authorization request; `client` has `clientId`, `redirect` and `arrivals`.
  request({ scope, resource = "/mcp", client = this } = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const state = randomBytes(12).toString("base64url");
    const url = new URL(`${this.base}/oauth/authorize`);
    const parameters = {
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: client.redirect,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      state,
      resource: this.base + resource,
      ...(scope && { scope }),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return { url: url.href, state, verifier, client, arrival: () => client.arrivals.next(state) };
  }

  // The answer at the redirect URI, which must be a code.
  async code(request) {
    const { method, query, referer } = await request.arrival();
    // A POST would be what a 307 makes of the form.
    assert.equal(method, "GET");
    assert.deepEqual([...query.keys()].sort(), ["code", "iss", "state"]);
    assert.equal(query.get("state"), request.state);
    assert.equal(query.get("iss"), this.base);
    assert.equal(referer, undefined, "another origin learns nothing of the page's address");
    return query.get("code");
  }

  async exchange(request, code) {
    const form = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: request.client.redirect,
      client_id: request.client.clientId,
      code_verifier: request.verifier,
    });
    const response = await fetch(`${this.base}/oauth/token`, { method: "POST", body: form });
    const body = await response.text();
    assert.equal(response.status, 200, body);
    return JSON.parse(body);
  }

  // A tool's result.
  async call(accessToken, name, args) {
    const answer = await this.#rpc(accessToken, "tools/call", { name, arguments: args });
    assert.ok(answer.result, JSON.stringify(answer));
    return answer.result;
  }

  async tools(accessToken) {
    const answer = await this.#rpc(accessToken, "tools/list", {});
    return answer.result.tools.map((tool) => tool.name);
  }

  async #rpc(accessToken, method, params) {
    const response = await fetch(`${this.base}/mcp`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${accessToken}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const body = await response.text();
    assert.equal(response.status, 200, body);
    const data = body.startsWith("{") ? body : body.split("\n").find((line) => line.startsWith("data: {")).slice(6);
    return JSON.parse(data);
  }

  // That a consent led to a token which works.
  async connects(request) {
    const tokens = await this.exchange(request, await this.code(request));
    const result = await this.call(tokens.access_token, "contacts_get-contacts", {});
    assert.notEqual(result.isError, true, JSON.stringify(result));
    return tokens;
  }
}
