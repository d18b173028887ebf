/** Names of this machine for its own browsers. DNS rebinding cannot make a browser send them. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };
/** A name, an IPv4 address or a bracketed IPv6 address, with an optional port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::(\d{1,5}))?$/;

/** An entry of ALLOWED_HOSTS that turns the check off. */
const ANY_HOST = '*';

interface HostSettings {
  /** NEXTAUTH_URL: its host is always allowed. When it is a loopback name, the other loopback names are too. */
  publicUrl: string;
  /** `name` (with any port), `name:port`, or `*` for every host. */
  allowedHosts: readonly string[];
}

/**
 * Returns a check whether a Host header names this server. A page of another site can make its own name resolve to this
 * machine (DNS rebinding). The browser then sends that name, and the request must not be served.
 */
export function hostCheck({ publicUrl, allowedHosts }: HostSettings): (host: string | undefined) => boolean {
  if (allowedHosts.includes(ANY_HOST)) return () => true;
  const { protocol, hostname, port } = new URL(publicUrl);
  const publicPort = port === '' ? DEFAULT_PORTS[protocol] : port;
  const names = LOOPBACK_NAMES.includes(hostname) ? LOOPBACK_NAMES : [hostname];
  const allowed = new Set(names.map((name) => `${name}:${publicPort}`));
  for (const entry of allowedHosts) {
    const { name, port: only } = parseHost(entry) ?? {};
    if (name !== undefined) allowed.add(only === undefined ? name : `${name}:${only}`);
  }
  return (host) => {
    const parsed = host === undefined ? undefined : parseHost(host);
    if (!parsed) return false;
    const withPort = `${parsed.name}:${parsed.port ?? DEFAULT_PORTS[protocol]}`;
    return allowed.has(parsed.name) || allowed.has(withPort);
  };
}

/** Whether an entry of ALLOWED_HOSTS can match any host at all. */
export function isHostEntry(entry: string): boolean {
  return entry === ANY_HOST || parseHost(entry) !== undefined;
}

function parseHost(text: string): { name: string; port: string | undefined } | undefined {
  const [, name, port] = HOST.exec(text.toLowerCase()) ?? [];
  return name === undefined ? undefined : { name, port };
}
