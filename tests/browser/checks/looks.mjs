// With and without the style, on small screens, and for assistive technology.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { LIMITED_TOKEN, WRONG_TOKEN } from "../person.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Each kind of page, as a way to it.
const PAGES = {
  consent: async (person, app) => person.opens(app.request()),
  "consent to read": async (person, app) => person.opens(app.request({ scope: "crm:read" })),
  "consent for known apps": async (person, app, claude) => person.opens(app.request({ client: claude })),
  errors: async (person, app) => {
    await person.opens(app.request());
    await person.fills({ token: WRONG_TOKEN });
    await person.presses("allow");
  },
  limits: async (person, app) => {
    await person.opens(app.request());
    await person.fills({ token: LIMITED_TOKEN });
    await person.presses("allow");
    await person.page.waitForSelector("button[value=back]");
  },
  message: async (person, app) => {
    await person.page.goto(`${app.base}/oauth/authorize?client_id=unknown`);
  },
};

async function violations(page) {
  // By the driver, so the page's policy does not apply to it.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run());
  assert.ok(found.passes.length > 10, "axe looked at the page");
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 100)).join(" ")}`);
}

const accessible = Object.entries(PAGES).map(([name, open]) => [
  `axe: ${name}`,
  async ({ person, app, claude }) => {
    await open(person, app, claude);
    for (const scheme of ["light", "dark"]) {
      // Firefox has no such emulation.
      if (person.page.browser().protocol === "cdp") {
        await person.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      }
      assert.deepEqual(await violations(person.page), [], scheme);
    }
    const radius = await person.page.$eval("main", (main) => getComputedStyle(main).borderTopLeftRadius);
    assert.equal(radius, "12px", "the policy allows the style");
    // The status of a page may be an error's, which browsers write to the console.
    const complaints = person.complaints.filter((text) => !text.startsWith("Failed to load resource"));
    assert.deepEqual(complaints, []);
  },
]);

const narrow = Object.entries(PAGES).map(([name, open]) => [
  `320 pixels: ${name}`,
  async ({ person, app, claude }) => {
    await person.page.setViewport({ width: 320, height: 640 });
    await open(person, app, claude);
    const [width, low] = await person.page.evaluate(() => {
      const selector = "main a, button, label.choice, input[type=text], input[type=password]";
      const targets = [...document.querySelectorAll(selector)];
      const heights = targets.map((target) => [target.innerText || target.id, target.getBoundingClientRect().height]);
      return [document.documentElement.scrollWidth, heights.filter(([, height]) => height < 44)];
    });
    assert.ok(width <= 320, `${width} pixels wide`);
    assert.deepEqual(low, [], "lower than a finger");
  },
]);

export const checks = {
  ...Object.fromEntries(accessible),
  ...Object.fromEntries(narrow),

  "without style": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    await person.page.evaluate(() => document.querySelector("style").remove());
    // By what labels say, as somebody would who hears the page.
    const focus = (label) =>
      person.page.evaluate((text) => {
        const found = [...document.querySelectorAll("label")].find((element) => element.innerText.includes(text));
        found.control.focus();
      }, label);
    await focus("Private Integration Token");
    await person.page.keyboard.type(settings.token);
    await focus("Location id");
    await person.page.keyboard.type(settings.location);
    await person.presses("allow");
    await app.connects(request);
  },
};
