// HighLevel's own login in place of a token; the sandbox plays HighLevel.

import assert from "node:assert/strict";

async function atHighLevel({ person, app }) {
  const request = app.request();
  await person.opens(request);
  await person.presses("highlevel");
  assert.equal(person.status, 303);
  assert.match(await person.page.title(), /^Choose a location/);
  return request;
}

export const checks = {
  "HighLevel: a location": async ({ person, app }) => {
    const request = await atHighLevel({ person, app });
    await person.arrivesBy(() => person.page.click("#location"));
    await app.connects(request);
  },

  "HighLevel: deny there": async ({ person, app }) => {
    const request = await atHighLevel({ person, app });
    await person.arrivesBy(() => person.page.click("#deny"));
    const { query } = await request.arrival();
    assert.equal(query.get("error"), "access_denied");
    assert.equal(query.get("iss"), app.base);
  },

  "HighLevel: back, then a token": async ({ person, app }) => {
    const request = await atHighLevel({ person, app });
    await person.page.goBack();
    await person.page.waitForSelector("button[value=allow]");
    await person.fills();
    await person.presses("allow");
    await app.connects(request);
  },
};
