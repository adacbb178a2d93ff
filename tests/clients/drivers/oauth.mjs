// What an application adds to the TypeScript SDK, 1.x or 2.x, for OAuth: a store, a browser and a name.
//
// The browser is the command CONSENT, which gets the authorization URL and prints the URL that it leads back to.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** An OAuthClientProvider of either version. CLIENT_METADATA_URL, where it is set, is offered as the client's id. */
export class Provider {
  // Nobody listens there: what comes back is read from the command's output.
  redirectUrl = 'http://localhost:8766/callback';
  clientMetadataUrl = process.env.CLIENT_METADATA_URL;
  clientMetadata = {
    client_name: 'TypeScript SDK',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };

  /** The parameters that came back to the redirect URI. */
  answer;

  state = () => (this.expected = crypto.randomUUID());
  clientInformation = () => this.client;
  saveClientInformation = (client) => void (this.client = client);
  tokens = () => this.stored;
  saveTokens = (tokens) => void (this.stored = tokens);
  codeVerifier = () => this.verifier;
  saveCodeVerifier = (verifier) => void (this.verifier = verifier);
  discoveryState = () => this.discovery;
  saveDiscoveryState = (discovery) => void (this.discovery = discovery);

  async redirectToAuthorization(url) {
    const { stdout } = await promisify(execFile)(process.env.CONSENT, [url.href]);
    this.answer = new URL(stdout.trim()).searchParams;
  }

  /** The answer, of which a transport's `finishAuth` takes the code. */
  checked() {
    const { answer } = this;
    if (answer === undefined) throw new Error('nobody was asked for consent');
    if (answer.has('error')) throw new Error(`${answer.get('error')}: ${answer.get('error_description')}`);
    if (answer.get('state') !== this.expected) throw new Error('the state is not the one that was sent');
    return answer;
  }
}

/** Connects, and after the first 401 once more with the token that the person allowed. `open` makes a transport. */
export async function connectByOAuth(client, provider, open) {
  const transport = open();
  try {
    return await client.connect(transport);
  } catch (problem) {
    if (problem?.constructor?.name !== 'UnauthorizedError') throw problem;
  }
  const answer = provider.checked();
  await transport.finishAuth(answer.get('code'), answer.get('iss') ?? undefined);
  await client.connect(open());
}
