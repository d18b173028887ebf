export type LinkTarget =
  /** A place in the same answer. */
  { kind: 'place'; id: string } | { kind: 'address'; url: URL };

const PROTOCOLS: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

function parse(href: string): URL | undefined {
  return URL.canParse(href) ? new URL(href) : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Where a link of an answer may lead; undefined for scripts, data, files and for relative addresses: a model's own are of
 * no site, and on ours they would lead to our pages.
 */
export function linkTarget(href: string | undefined): LinkTarget | undefined {
  if (!href) return undefined;
  if (href.startsWith('#')) return { kind: 'place', id: decode(href.slice(1)) };
  const url = parse(href);
  return url && PROTOCOLS.has(url.protocol) ? { kind: 'address', url } : undefined;
}

export interface LinkParts {
  before: string;
  /** Who is called: a host with its port, or the domain of an e-mail address. */
  host: string;
  after: string;
  /** Why the address is easily misread; shown beside it. */
  warning?: string;
}

const IP_ADDRESS = /^(?:\[.*\]|[\d.]+)(?::\d+)?$/;

function warningOf({ username, password, hostname, host, protocol }: URL): string | undefined {
  if (username || password) return 'What stands before the @ is a user name, not the site.';
  if (/(?:^|\.)xn--/.test(hostname))
    return 'The name of the site has letters of another alphabet. It may imitate a site that you know.';
  if (IP_ADDRESS.test(host)) return 'The site has a number in place of a name.';
  return protocol === 'http:' ? 'The connection to this site is not encrypted.' : undefined;
}

/** An address with its real host apart, so that nothing around it passes for the host. */
export function linkParts(url: URL): LinkParts {
  if (url.protocol === 'mailto:') {
    const address = decode(url.pathname);
    const at = address.lastIndexOf('@') + 1;
    return { before: `mailto:${address.slice(0, at)}`, host: address.slice(at), after: url.search };
  }
  const login = url.username || url.password ? `${url.username}${url.password ? ':…' : ''}@` : '';
  const warning = warningOf(url);
  return {
    before: `${url.protocol}//${login}`,
    host: url.host,
    after: `${url.pathname}${url.search}${url.hash}`,
    ...(warning === undefined ? {} : { warning }),
  };
}
