// The TypeScript SDK 1.x (@modelcontextprotocol/sdk), over HTTP or over stdin and stdout.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { headers, oauth, serve, target, version } from './lines.mjs';
import { Provider, connectByOAuth } from './oauth.mjs';

const [command, ...args] = target;
const isUrl = command.startsWith('http');
const authProvider = isUrl && oauth ? new Provider() : undefined;

let negotiated;
function open() {
  const transport = isUrl
    ? new StreamableHTTPClientTransport(new URL(command), { requestInit: { headers }, authProvider })
    : new StdioClientTransport({ command, args, env: process.env });
  // No option sets the version that `initialize` offers (typescript-sdk issue 341), so the message is changed on its way.
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (message.method === 'initialize') message.params.protocolVersion = version;
    return send(message, options);
  };
  transport.setProtocolVersion = ((set) => (version) => {
    negotiated = version;
    set?.call(transport, version);
  })(transport.setProtocolVersion);
  return transport;
}

const client = new Client({ name: 'typescript-1', version: '1' });
await (authProvider ? connectByOAuth(client, authProvider, open) : client.connect(open()));
await serve(client, negotiated);
