// The drivers' side of the line protocol, for drivers in JavaScript; lines.py describes it.

import { createInterface } from 'node:readline';

export const [version, ...target] = process.argv.slice(2);
export const oauth = process.env.LEADCONNECTOR_TOKEN === undefined;
export const headers = oauth ? {} : {
  Authorization: `Bearer ${process.env.LEADCONNECTOR_TOKEN}`,
  locationId: process.env.LEADCONNECTOR_LOCATION_ID,
};

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');

/** Serves a connected client of either major version of the SDK, until stdin ends. */
export async function serve(client, negotiated) {
  say({ version: negotiated });
  const pending = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const answered = answer(client, JSON.parse(line)).finally(() => pending.delete(answered));
    pending.add(answered);
  }
  await Promise.all(pending);
  await client.close();
}

async function answer(client, request) {
  const { id } = request;
  try {
    if (request.list) {
      const { tools } = await client.listTools();
      say({ id, tools: Object.fromEntries(tools.map((tool) => [tool.name, tool.inputSchema])) });
    } else {
      const result = await client.callTool({ name: request.tool, arguments: request.arguments });
      say({ id, error: result.isError ?? false, text: result.content[0].text });
    }
  } catch (problem) {
    say({ id, failed: `${problem}` });
  }
}
