// What cannot be accepted: the page again, or a page of its own.

import assert from "node:assert/strict";

import { WRONG_TOKEN } from "../person.mjs";

// After a form that was not accepted: one summary, and the reason at that field only.
async function assertErrorAt(person, field) {
  const other = field === "token" ? "location" : "token";
  assert.ok(await person.errorAt(field), `no error at ${field}`);
  assert.equal(await person.errorAt(other), null);
  assert.equal((await person.page.$$("[role=alert]")).length, 1);
  assert.equal(await person.page.$eval(`[role=alert] a`, (link) => link.getAttribute("href")), `#${field}`);
  assert.equal(await person.value("token"), "");
  assert.match(await person.page.title(), /^Error: /);
}

export const checks = {
  "a wrong token: said at its field, and nowhere repeated": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    await person.fills({ token: WRONG_TOKEN });
    await person.presses("allow");
    await assertErrorAt(person, "token");
    await person.seesNothingOf("canary");
    assert.equal(await person.value("location"), settings.location, "what was right stays");
    assert.equal(new URL(person.page.url()).search, "");
    await person.types("token", settings.token);
    await person.presses("allow");
    await app.connects(request);
  },

  "a wrong location: said at its field": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    await person.fills({ location: "sbxLOC0000000000OTHR" });
    await person.presses("allow");
    await assertErrorAt(person, "location");
    await person.seesNothingOf(settings.token);
    await person.fills();
    await person.presses("allow");
    await app.connects(request);
  },

  "nothing filled in: said at the fields": async ({ person, app }) => {
    await person.opens(app.request());
    await person.presses("allow");
    assert.ok(await person.errorAt("token"));
    assert.equal(person.status, 422);
  },

  "read only stays checked after an error": async ({ person, app }) => {
    await person.opens(app.request());
    await person.fills({ token: WRONG_TOKEN });
    await person.page.click("input[name=read_only]");
    await person.presses("allow");
    assert.equal(await person.page.$eval("input[name=read_only]", (box) => box.checked), true);
  },

  "a changed form: start again": async ({ person, app }) => {
    await person.opens(app.request());
    await person.fills();
    await person.page.$eval("input[name=form]", (input) => (input.value = `${input.value.slice(0, -4)}AAAA`));
    await person.presses("allow");
    assert.equal(person.status, 400);
    assert.match(await person.text("main"), /again/);
    assert.equal(await person.page.$("form"), null);
  },

  "an unknown app: no redirect": async ({ person, app }) => {
    const url = new URL(app.request().url);
    url.searchParams.set("client_id", "unknown");
    const response = await person.page.goto(url.href);
    assert.equal(response.status(), 400);
    assert.equal(person.page.url(), url.href);
    assert.equal((await person.page.$$("h1")).length, 1);
    assert.equal(await person.page.$("form"), null);
  },
};
