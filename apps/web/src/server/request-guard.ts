/** Larger bodies are refused without being read. A prompt has at most 200,000 characters. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Why a request to the API is refused before anything reads it, or undefined. */
export function refusal(
  request: Request,
  publicUrl: string,
): { status: 403 | 413 | 415; reason: string } | undefined {
  if (request.method === 'GET') return undefined;
  const origin = request.headers.get('origin');
  // Browsers send Origin with every POST. Without Origin, a request must not authenticate with a cookie.
  const trusted =
    origin === null ? request.headers.get('cookie') === null : isOwnOrigin(origin, request, publicUrl);
  if (!trusted) return { status: 403, reason: 'foreign origin' };
  if (!request.headers.get('content-type')?.startsWith('application/json'))
    return { status: 415, reason: 'JSON only' };
  if (tooLarge(request, BODY_BYTES_MAX)) return { status: 413, reason: 'body too large' };
  return undefined;
}

function tooLarge(request: Request, bytesMax: number): boolean {
  const length = request.headers.get('content-length');
  return length === null || Number(length) > bytesMax;
}

function isOwnOrigin(origin: string, request: Request, publicUrl: string): boolean {
  if (origin === new URL(publicUrl).origin) return true;
  const host = request.headers.get('host');
  if (host === null || !URL.canParse(origin)) return false;
  const { host: originHost, protocol } = new URL(origin);
  // Anybody on the way can write a page that comes over plain HTTP.
  return originHost === host && (protocol === 'https:' || !publicUrl.startsWith('https:'));
}
