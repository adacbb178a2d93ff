// The person at a page of the gateway.

import assert from "node:assert/strict";

import { WAIT_SECONDS } from "./listener.mjs";

// A token that is none.
export const WRONG_TOKEN = "pit-wrong-canary";

// A token of the sandbox that may read contacts, and nothing else.
export const LIMITED_TOKEN = "pit-sandbox-scope-contacts.readonly";

export class Person {
  // Every URL that the browser asked for, with the status of its response.
  requests = [];
  complaints = [];

  static async at(context, settings) {
    const person = new Person();
    person.settings = settings;
    person.page = await context.newPage();
    person.page.setDefaultTimeout(WAIT_SECONDS * 1000);
    person.page.on("response", (response) =>
      person.requests.push({
        method: response.request().method(),
        url: response.url(),
        status: response.status(),
        referer: response.request().headers().referer ?? "",
      }),
    );
    person.page.on("console", (message) => {
      // Browsers ask for an icon by themselves.
      if (message.type() === "error" && !message.location().url?.endsWith("/favicon.ico")) {
        person.complaints.push(message.text());
      }
    });
    return person;
  }

  // Opens the page that asks for consent.
  async opens(request) {
    const response = await this.page.goto(request.url);
    assert.equal(response.status(), 200);
    await this.page.waitForSelector("button[value=allow]");
  }

  async types(field, text) {
    await this.page.$eval(`#${field}`, (input) => (input.value = ""));
    await this.page.type(`#${field}`, text);
  }

  // Fills both fields, by default so that they are right.
  async fills({ token = this.settings.token, location = this.settings.location } = {}) {
    await this.types("token", token);
    await this.types("location", location);
  }

  // Presses a button, and waits for the next page.
  async presses(decision) {
    await this.arrivesBy(() => this.page.click(`button[value=${decision}]`));
  }

  async arrivesBy(action) {
    const [response] = await Promise.all([this.page.waitForNavigation(), action()]);
    return response;
  }

  // The status of the gateway's response to the last form.
  get status() {
    const posts = this.requests.filter(({ method, url }) => method === "POST" && url.endsWith("/oauth/authorize"));
    return posts.at(-1)?.status;
  }

  text(selector) {
    return this.page.$eval(selector, (element) => element.innerText);
  }

  value(field) {
    return this.page.$eval(`#${field}`, (input) => input.value);
  }

  // What the page says at a field: the texts that describe it, if it is marked as invalid.
  errorAt(field) {
    return this.page.$eval(`#${field}`, (input) => {
      if (input.getAttribute("aria-invalid") !== "true") return null;
      const ids = input.getAttribute("aria-describedby").split(" ");
      return document.getElementById(ids[0]).innerText;
    });
  }

  // The element that has the focus: its id, or a button's value.
  focus() {
    return this.page.evaluate(() => {
      const { id, value, name, className, tagName } = document.activeElement;
      if (tagName === "BUTTON") return value;
      return id || name || className || tagName.toLowerCase();
    });
  }

  async tabs() {
    await this.page.keyboard.press("Tab");
    return this.focus();
  }

  // That a secret is in no page's source, URL or request of this browser tab.
  async seesNothingOf(secret) {
    assert.ok(!(await this.page.content()).includes(secret), "in the page's source");
    assert.ok(!this.page.url().includes(secret), "in the URL");
    for (const { url, referer } of this.requests) {
      assert.ok(!url.includes(secret) && !referer.includes(secret), `in a request: ${url}`);
    }
    for (const url of await this.history()) assert.ok(!url.includes(secret), "in the history");
  }

  // Waits until a redirect leads the browser from a URL to a link of another app. It has no such app, so nothing opens.
  // Chromium reports a request for the link; Firefox that the redirect led to a scheme that it does not know.
  isLedFrom(redirect, link) {
    const led = this.#isCdp
      ? this.page.waitForRequest((request) => request.url() === link)
      : this.#fails((request) => request.url().startsWith(redirect), "NS_ERROR_UNKNOWN_PROTOCOL");
    // Should something else fail first, nobody waits for it.
    led.catch(() => {});
    return led;
  }

  #fails(isIt, reason) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no request failed with ${reason}`)), WAIT_SECONDS * 1000);
      this.page.on("requestfailed", (request) => {
        if (!isIt(request) || request.failure()?.errorText !== reason) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  get #isCdp() {
    return this.page.browser().protocol === "cdp";
  }

  // The URLs of the tab's history. Firefox does not tell them; there they are those that were asked for.
  async history() {
    if (!this.#isCdp) return [];
    const session = await this.page.createCDPSession();
    const { entries } = await session.send("Page.getNavigationHistory");
    await session.detach();
    return entries.map((entry) => entry.url);
  }
}
