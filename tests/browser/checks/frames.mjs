// Another site must not show the page in a frame, where it could lead a person's clicks.

import assert from "node:assert/strict";

async function framed({ person, app }, url) {
  const { page } = person;
  const answered = page.waitForResponse((response) => response.url() === url);
  await page.goto(`http://${app.address}/frame?of=${encodeURIComponent(url)}`);
  await answered;
  const [frame] = page.mainFrame().childFrames();
  return frame;
}

export const checks = {
  "in a frame: nothing": async (checked) => {
    const { app } = checked;
    // A page that may be framed is, so the frame itself works.
    const free = await framed(checked, `http://${app.address}/callback?state=framed`);
    await free.waitForSelector("h1");
    const blocked = await framed(checked, app.request().url);
    const has = (selector) => blocked.$(selector).catch(() => null);
    assert.equal(await has("form"), null);
    assert.equal(await has("input"), null);
  },
};
