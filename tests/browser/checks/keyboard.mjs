// No mouse.

import assert from "node:assert/strict";

import { WRONG_TOKEN } from "../person.mjs";

export const checks = {
  "Enter in the token's field is allow": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    await person.types("location", settings.location);
    await person.types("token", settings.token);
    await person.arrivesBy(() => person.page.keyboard.press("Enter"));
    await app.connects(request);
  },

  "Enter in the location's field is allow": async ({ person, app }) => {
    const request = app.request();
    await person.opens(request);
    await person.fills();
    assert.equal(await person.focus(), "location");
    await person.arrivesBy(() => person.page.keyboard.press("Enter"));
    await app.connects(request);
  },

  "Tab goes from top to bottom": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    // The link to HighLevel's help is first.
    await person.tabs();
    assert.match(await person.page.evaluate(() => document.activeElement.href), /^https:\/\/help\.gohighlevel\.com\//);
    assert.equal(await person.tabs(), "token");
    await person.page.keyboard.type(settings.token);
    assert.equal(await person.tabs(), "location");
    await person.page.keyboard.type(settings.location);
    assert.equal(await person.tabs(), "read_only");
    await person.page.keyboard.press(" ");
    assert.equal(await person.tabs(), "allow");
    const outline = await person.page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid", "the focus can be seen");
    assert.equal(await person.tabs(), "highlevel");
    assert.equal(await person.tabs(), "deny");
    await person.page.keyboard.down("Shift");
    assert.equal(await person.tabs(), "highlevel");
    assert.equal(await person.tabs(), "allow");
    await person.page.keyboard.up("Shift");
    await person.arrivesBy(() => person.page.keyboard.press(" "));
    const tokens = await app.connects(request);
    assert.ok(!tokens.scope.includes("crm:write"));
  },

  "deny by keyboard": async ({ person, app }) => {
    const request = app.request();
    await person.opens(request);
    for (const expected of ["a", "token", "location", "read_only", "allow", "highlevel", "deny"]) {
      assert.equal(await person.tabs(), expected);
    }
    await person.arrivesBy(() => person.page.keyboard.press("Enter"));
    assert.equal((await request.arrival()).query.get("error"), "access_denied");
  },

  "from the error to its field": async ({ person, app, settings }) => {
    const request = app.request();
    await person.opens(request);
    await person.fills({ token: WRONG_TOKEN });
    await person.arrivesBy(() => person.page.keyboard.press("Enter"));
    assert.equal(await person.focus(), "errors");
    await person.tabs();
    assert.equal(await person.page.evaluate(() => document.activeElement.getAttribute("href")), "#token");
    await person.page.keyboard.press("Enter");
    await person.page.waitForFunction(() => document.activeElement.id === "token");
    await person.page.keyboard.type(settings.token);
    await person.arrivesBy(() => person.page.keyboard.press("Enter"));
    await app.connects(request);
  },
};
