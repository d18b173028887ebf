import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The claims of an account at the provider, as in an ID token. */
export interface Claims {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export interface OpenIdProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The account that is signed in at the provider. The provider has no sign-in page. */
  person: Claims;
  /** Sign ID tokens with a key that the provider does not publish. */
  forging: boolean;
  close(): Promise<void>;
}

/** A grant of `/authorize`, kept until its code is exchanged. */
interface Grant {
  claims: Claims;
  redirectUri: string;
  codeChallenge: string;
}

interface Reply {
  status: number;
  body?: object;
  location?: string;
}

const KEY_ID = 'k1';
const TOKEN_SECONDS = 300;
const ALGORITHMS = { id_token_signing_alg_values_supported: ['RS256'] };
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const refused = (error: string): Reply => ({ status: 400, body: { error } });

function signedJwt(claims: object, key: KeyObject): string {
  const signed = `${base64url({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${base64url(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

/**
 * An OpenID Connect provider on 127.0.0.1: discovery, the authorization code flow with PKCE and a client secret, ID
 * tokens in RS256, published keys and userinfo (OpenID Connect Core §3.1). Each code works once.
 */
export async function startOpenIdProvider(person: Claims): Promise<OpenIdProvider> {
  const provider = new Provider(person);
  await provider.listen();
  return provider;
}

class Provider implements OpenIdProvider {
  readonly clientId = 'aideator';
  readonly clientSecret = randomBytes(16).toString('hex');
  person: Claims;
  forging = false;
  readonly #published = newKeys();
  readonly #unpublished = newKeys();
  readonly #grants = new Map<string, Grant>();
  readonly #accessTokens = new Map<string, Claims>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(person: Claims) {
    this.person = person;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, location } = await this.#replyTo(request);
    const headers = { 'content-type': 'application/json', ...(location === undefined ? {} : { location }) };
    response.writeHead(status, headers).end(body && JSON.stringify(body));
  }

  async #replyTo(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.issuer);
    switch (`${request.method} ${pathname}`) {
      case 'GET /.well-known/openid-configuration':
        return { status: 200, body: this.#discovery() };
      case 'GET /authorize':
        return this.#authorize(searchParams);
      case 'POST /token':
        return this.#token(request.headers.authorization, await readForm(request));
      case 'GET /jwks':
        return { status: 200, body: { keys: [this.#publishedKey()] } };
      case 'GET /userinfo':
        return this.#userinfo(request.headers.authorization);
      default:
        return { status: 404 };
    }
  }

  #discovery(): object {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      code_challenge_methods_supported: ['S256'],
      ...ALGORITHMS,
    };
  }

  #publishedKey(): object {
    return { ...this.#published.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  }

  #authorize(asked: URLSearchParams): Reply {
    const { redirect_uri, state, code_challenge, ...rest } = Object.fromEntries(asked);
    if (rest.client_id !== this.clientId || rest.response_type !== 'code') return refused('invalid_request');
    if (!redirect_uri || !state || !code_challenge || rest.code_challenge_method !== 'S256')
      return refused('invalid_request');
    if (!rest.scope?.split(' ').includes('openid')) return refused('invalid_scope');
    const code = randomBytes(16).toString('hex');
    const claims = structuredClone(this.person);
    this.#grants.set(code, { claims, redirectUri: redirect_uri, codeChallenge: code_challenge });
    const back = new URL(redirect_uri);
    back.search = new URLSearchParams({ code, state }).toString();
    return { status: 302, location: back.href };
  }

  #token(authorization: string | undefined, form: URLSearchParams): Reply {
    const basic = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString('base64');
    if (authorization !== `Basic ${basic}`) return { status: 401, body: { error: 'invalid_client' } };
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant?.redirectUri !== form.get('redirect_uri') || grant?.codeChallenge !== challenge)
      return refused('invalid_grant');
    const accessToken = randomBytes(16).toString('hex');
    this.#accessTokens.set(accessToken, grant.claims);
    const idToken = this.#idToken(grant.claims);
    const lifetime = { token_type: 'Bearer', expires_in: TOKEN_SECONDS };
    return { status: 200, body: { access_token: accessToken, id_token: idToken, ...lifetime } };
  }

  #idToken(claims: Claims): string {
    const iat = Math.floor(Date.now() / 1_000);
    const { privateKey } = this.forging ? this.#unpublished : this.#published;
    return signedJwt(
      { iss: this.issuer, aud: this.clientId, iat, exp: iat + TOKEN_SECONDS, ...claims },
      privateKey,
    );
  }

  #userinfo(authorization: string | undefined): Reply {
    const claims = this.#accessTokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    return claims ? { status: 200, body: claims } : { status: 401, body: { error: 'invalid_token' } };
  }
}
