import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { SignInClient } from '@aideator/api/services/accounts/sign-in';
import { env } from '~/env.ts';
import { clientAddress } from '../client-address.ts';
import { cookieMap, deviceCookie } from './cookies.ts';

const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

/** The browser that sends a request to the auth routes. */
export interface Browser {
  client: SignInClient;
  /** The value of `Set-Cookie` that lets this server recognise the browser later. */
  deviceCookie: string;
}

/**
 * Recognises a browser by the random token in its device cookie, or gives it a new one. The token only proves that
 * somebody has signed in from this browser before. Only its hash is stored.
 */
export function browserOf(headers: Headers): Browser {
  const { name, options } = deviceCookie();
  const sent = cookieMap(headers)[name];
  const token =
    sent !== undefined && TOKEN.test(sent) ? sent : randomBytes(TOKEN_BYTES).toString('base64url');
  const address = clientAddress(headers);
  return {
    client: {
      address,
      addressHash: createHmac('sha256', env.AUTH_SECRET).update(`address ${address}`).digest('hex'),
      deviceHash: createHash('sha256').update(token).digest('hex'),
    },
    deviceCookie: `${name}=${token}; ${options}`,
  };
}
