// The TypeScript SDK 1.x (@modelcontextprotocol/sdk), over HTTP or over stdin and stdout.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { headers, serve, target, version } from './lines.mjs';

const [command, ...args] = target;
const transport = command.startsWith('http')
  ? new StreamableHTTPClientTransport(new URL(command), { requestInit: { headers } })
  : new StdioClientTransport({ command, args, env: process.env });

// No option sets the version that `initialize` offers (typescript-sdk issue 341), so the message is changed on its way.
let negotiated;
const send = transport.send.bind(transport);
transport.send = (message, options) => {
  if (message.method === 'initialize') message.params.protocolVersion = version;
  return send(message, options);
};
transport.setProtocolVersion = ((set) => (version) => {
  negotiated = version;
  set?.call(transport, version);
})(transport.setProtocolVersion);

const client = new Client({ name: 'typescript-1', version: '1' });
await client.connect(transport);
await serve(client, negotiated);
