// The TypeScript SDK 2.x (@modelcontextprotocol/client), over HTTP or over stdin and stdout.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { headers, oauth, serve, target, version } from './lines.mjs';
import { Provider, connectByOAuth } from './oauth.mjs';

const [command, ...args] = target;
const isUrl = command.startsWith('http');
const authProvider = isUrl && oauth ? new Provider() : undefined;
const open = () => isUrl
  ? new StreamableHTTPClientTransport(new URL(command), { requestInit: { headers }, authProvider })
  : new StdioClientTransport({ command, args, env: process.env });

const options = version >= '2026-07-28'
  ? { versionNegotiation: { mode: { pin: version } } }
  : { supportedProtocolVersions: [version] };
const client = new Client({ name: 'typescript-2', version: '1' }, options);
await (authProvider ? connectByOAuth(client, authProvider, open) : client.connect(open()));
await serve(client, client.getNegotiatedProtocolVersion());
