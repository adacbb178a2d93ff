// Claude, whose redirect URI goes on to the desktop app.

import assert from "node:assert/strict";

import { APP_LINK } from "../claude.mjs";

export const checks = {
  "Claude's callback is reached, and goes on to the app": async ({ person, app, claude, settings }) => {
    const request = app.request({ client: claude });
    await person.opens(request);
    const said = await person.text("main");
    for (const part of ["Claude", "Known", "claude.ai"]) assert.ok(said.includes(part), part);
    assert.ok(!said.includes("Unverified"));
    await person.fills();
    const followed = person.isLedFrom(claude.redirect, APP_LINK);
    await person.page.click("button[value=allow]");
    await app.connects(request);
    await followed;
    await person.seesNothingOf(settings.token);
  },
};
