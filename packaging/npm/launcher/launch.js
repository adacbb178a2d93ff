#!/usr/bin/env node
// Starts the program, which is in the package of this platform. Nothing here writes to stdout: with `stdio`, that is
// the MCP connection.
"use strict";

const { spawn } = require("node:child_process");
const { optionalDependencies, version } = require("./package.json");

const platform = `${process.platform}-${process.arch}`;
const platformPackage = `@leadconnector-mcp/${platform}`;

function fail(message) {
  console.error(`leadconnector-mcp: ${message}`);
  process.exit(1);
}

function findProgram() {
  const extension = process.platform === "win32" ? ".exe" : "";
  try {
    return require.resolve(`${platformPackage}/bin/leadconnector-mcp${extension}`);
  } catch {
    if (!(platformPackage in optionalDependencies)) {
      fail(`there is no npm package for ${platform}. Build the program from source, or use the container image.`);
    }
    // npm leaves it out with --omit=optional, and where a lock file was written on another platform (npm issue 4828).
    fail(
      `the package ${platformPackage} is not installed. Install again without --omit=optional, or add it with ` +
        `"npm install ${platformPackage}@${version}". If a lock file leaves it out, delete the lock file and node_modules first.`,
    );
  }
}

// A terminal sends Ctrl-C to all processes in front of it, the program included. Passing it on would be a second one,
// by which the program stops without finishing its calls.
const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;

const program = spawn(findProgram(), process.argv.slice(2), { stdio: "inherit" });
const passOn = (signal) => {
  if (signal !== "SIGINT" || !inTerminal) program.kill(signal);
};
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) process.on(signal, passOn);

program.on("error", (error) => fail(`the program cannot be started: ${error.message}`));
program.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  // Ended by a signal: so does this process, that its parent sees the same.
  for (const name of signals) process.removeListener(name, passOn);
  process.kill(process.pid, signal);
});
