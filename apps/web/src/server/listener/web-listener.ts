import 'server-only';
import { type IncomingMessage, Server } from 'node:http';
import { env } from '~/env';
import { hasValidToken } from '../auth/person';
import { type GuardRules, guardServer } from './guard';
import { hostCheck } from './hosts';

/** A prompt has at most 200,000 characters, and JSON can make six bytes of one. */
const API_BYTES_MAX = 4 * 1024 * 1024;
/** Signing up is the only call with a body that needs no session. */
const ANONYMOUS_API_BYTES_MAX = 64 * 1024;
/** A sign-in has an e-mail address and a password of at most 1,000 characters, URL-encoded. */
const PAGE_BYTES_MAX = 32 * 1024;
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;
const ADDRESS_BYTES_MAX = 16 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 15_000;
const HSTS_SECONDS = 365 * 24 * 60 * 60;

/**
 * Guards the server that Next created before it loaded this program. Next gives no access to it, so this function looks
 * for it among the open handles of the process. It closes earlier connections, whose requests nothing has handled yet.
 * Throws an Error if it finds no server, because nothing may be served without the guard.
 */
export function guardNextServer(): void {
  // The runners' server does not exist yet.
  const server = openHandles().find((handle) => handle instanceof Server);
  if (!server) throw new Error('the server of Next was not found, so requests cannot be guarded');
  guardServer(server, webRules());
  server.closeAllConnections();
}

/** Deprecated in the documentation only (DEP0161). It is the only way to a server that another module created. */
function openHandles(): unknown[] {
  return (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
}

function webRules(): GuardRules {
  const publicUrl = env.NEXTAUTH_URL;
  return {
    isHostAllowed: hostCheck({ publicUrl, allowedHosts: env.ALLOWED_HOSTS }),
    // A kubelet's probes come to the pod's IP address.
    isOpenToAnyHost: (path) => path === '/api/health/live' || path === '/api/health/ready',
    hostHint: `Open ${publicUrl}, or add the name that you use to ALLOWED_HOSTS.`,
    trustedProxies: env.TRUSTED_PROXIES,
    bodyBytesMax,
    totalBytesMax: TOTAL_BYTES_MAX,
    addressBytesMax: ADDRESS_BYTES_MAX,
    responseHeaders: (path) => responseHeaders(path, publicUrl),
    headersTimeoutMs: HEADERS_TIMEOUT_MS,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
  };
}

async function bodyBytesMax(path: string, request: IncomingMessage): Promise<number> {
  if (!path.startsWith('/api/trpc/')) return PAGE_BYTES_MAX;
  if (Number(request.headers['content-length']) <= ANONYMOUS_API_BYTES_MAX) return ANONYMOUS_API_BYTES_MAX;
  const cookie = request.headers.cookie ?? '';
  return (await hasValidToken(new Headers({ cookie }))) ? API_BYTES_MAX : ANONYMOUS_API_BYTES_MAX;
}

function responseHeaders(path: string, publicUrl: string): Record<string, string> {
  return {
    ...(publicUrl.startsWith('https://') ? { 'strict-transport-security': `max-age=${HSTS_SECONDS}` } : {}),
    ...(hasOwnCacheControl(path) ? {} : { 'cache-control': 'no-store' }),
  };
}

/**
 * Next drops a route's header if it is already set here. The tRPC route sets its own, because event streams need
 * `no-transform`. Next sets it for pages (no-store, because every page belongs to a person) and for files.
 */
function hasOwnCacheControl(path: string): boolean {
  return !path.startsWith('/api/') || path.startsWith('/api/trpc/');
}
