// The TypeScript SDK 2.x (@modelcontextprotocol/client), over HTTP or over stdin and stdout.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { headers, serve, target, version } from './lines.mjs';

const [command, ...args] = target;
const transport = command.startsWith('http')
  ? new StreamableHTTPClientTransport(new URL(command), { requestInit: { headers } })
  : new StdioClientTransport({ command, args, env: process.env });

const options = version >= '2026-07-28'
  ? { versionNegotiation: { mode: { pin: version } } }
  : { supportedProtocolVersions: [version] };
const client = new Client({ name: 'typescript-2', version: '1' }, options);
await client.connect(transport);
await serve(client, client.getNegotiatedProtocolVersion());
