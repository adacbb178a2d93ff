// Allow and deny, and what lies between.

import assert from "node:assert/strict";

import { APP_NAME } from "../app.mjs";
import { LIMITED_TOKEN } from "../person.mjs";

async function limits({ person, app }) {
  const request = app.request();
  await person.opens(request);
  await person.fills({ token: LIMITED_TOKEN });
  await person.presses("allow");
  await person.page.waitForSelector("button[value=back]");
  await person.seesNothingOf(LIMITED_TOKEN);
  return request;
}

export const checks = {
  "allow: the app can call tools": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    assert.ok((await person.text("h1")).includes(APP_NAME), "the name as it is, markup and all");
    const said = await person.text("main");
    for (const part of ["Unverified", "A program on this computer", app.address, "pressed Connect yourself"]) {
      assert.ok(said.includes(part), part);
    }
    await person.fills();
    await person.presses("allow");
    const tokens = await app.connects(request);
    assert.equal(person.status, 303);
    assert.ok((await app.tools(tokens.access_token)).includes("contacts_create-contact"));
    await person.seesNothingOf(settings.token);
  },

  "allow, read only: no tool writes": async ({ person, app }) => {
    const request = app.request();
    await person.opens(request);
    await person.fills();
    await person.page.click("input[name=read_only]");
    await person.presses("allow");
    const tokens = await app.connects(request);
    assert.ok(!tokens.scope.split(" ").includes("crm:write"), tokens.scope);
    assert.ok(!(await app.tools(tokens.access_token)).includes("contacts_create-contact"));
  },

  "an app that asks to read has no box": async ({ person, app }) => {
    const request = app.request({ scope: "crm:read" });
    await person.opens(request);
    assert.equal(await person.page.$("input[name=read_only]"), null);
    assert.ok((await person.text("main")).includes("cannot change anything"));
    await person.fills();
    await person.presses("allow");
    const tokens = await app.connects(request);
    assert.equal(tokens.scope, "crm:read");
  },

  "deny, with empty fields": async ({ person, app }) => {
    const request = app.request();
    await person.opens(request);
    await person.presses("deny");
    const { method, query } = await request.arrival();
    assert.equal(method, "GET");
    assert.equal(query.get("error"), "access_denied");
    assert.equal(query.get("iss"), app.base);
    assert.equal(query.get("code"), null);
    assert.equal(person.status, 303);
  },

  "back after consent, and again": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    await person.fills();
    await person.presses("allow");
    const first = await app.code(request);
    await person.page.goBack();
    await person.page.waitForSelector("button[value=allow]");
    // Chromium keeps the page alive behind the next one, so the field may still hold what was typed: fill it in anew.
    await person.seesNothingOf(settings.token);
    await person.fills();
    await person.presses("allow");
    const second = await app.code(request);
    assert.notEqual(first, second);
    await app.exchange(request, second);
  },

  "a token with limits: continue": async ({ person, app }) => {
    const request = await limits({ person, app });
    assert.ok((await person.text("main li")).length > 0, "it names what is missing");
    await person.presses("allow");
    await app.connects(request);
    await person.seesNothingOf(LIMITED_TOKEN);
  },

  "a token with limits: another token": async ({ person, app }) => {
    const request = await limits({ person, app });
    await person.presses("back");
    assert.equal(await person.value("token"), "");
    await person.fills();
    await person.presses("allow");
    await app.connects(request);
  },

  "a token with limits: deny": async ({ person, app }) => {
    const request = await limits({ person, app });
    await person.presses("deny");
    assert.equal((await request.arrival()).query.get("error"), "access_denied");
  },
};
