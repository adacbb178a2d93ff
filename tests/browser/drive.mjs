// Runs every check in every browser: node drive.mjs SETTINGS RESULT
//
// SETTINGS is JSON (see `run`); RESULT is the file for [passed, failed].

import { writeFileSync } from "node:fs";

import { App } from "./app.mjs";
import { launch } from "./browsers.mjs";
import { Claude } from "./claude.mjs";
import { Person } from "./person.mjs";
import { checks as claude } from "./checks/claude.mjs";
import { checks as consent } from "./checks/consent.mjs";
import { checks as errors } from "./checks/errors.mjs";
import { checks as frames } from "./checks/frames.mjs";
import { checks as highlevel } from "./checks/highlevel.mjs";
import { checks as keyboard } from "./checks/keyboard.mjs";
import { checks as looks } from "./checks/looks.mjs";

const CHECK_SECONDS = 60;

const settings = JSON.parse(process.argv[2]);
const checks = { ...consent, ...errors, ...keyboard, ...looks, ...frames, ...claude, ...highlevel };
const wanted = Object.entries(checks).filter(
  ([name]) => settings.only.length === 0 || settings.only.some((part) => name.includes(part)),
);

async function attempt(check, browser, app, claude) {
  // As a new person: no history, no cookies.
  const context = await browser.createBrowserContext();
  const limit = AbortSignal.timeout(CHECK_SECONDS * 1000);
  try {
    const person = await Person.at(context, settings);
    const late = new Promise((_, reject) =>
      limit.addEventListener("abort", () => reject(new Error(`not done after ${CHECK_SECONDS} s`))),
    );
    await Promise.race([check({ person, app, claude, settings }), late]);
  } finally {
    await context.close();
  }
}

// What a failed check left waiting ends with an error of its own; the check's is the one that counts.
process.on("unhandledRejection", () => {});

const app = await App.start(settings.base);
const fake = await Claude.start(settings);
let [passed, failed] = [0, 0];
for (const [name, program] of Object.entries(settings.browsers)) {
  const browser = await launch(name, program, fake);
  console.log(`      ${name}: ${await browser.version()}`);
  for (const [title, check] of wanted) {
    const start = performance.now();
    try {
      await attempt(check, browser, app, fake);
      passed += 1;
      console.log(`ok    ${name}: ${title}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}: ${title}\n      ${String(error?.stack ?? error).replaceAll("\n", "\n      ")}`);
    }
  }
  await browser.close();
}
writeFileSync(process.argv[3], JSON.stringify([passed, failed]));
process.exit(0);
