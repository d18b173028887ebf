interface PolicyOptions {
  nonce: string;
  /** React's development build evaluates code to rebuild stacks of the server, and reloads over a web socket. */
  development: boolean;
}

/**
 * Scripts run only with this request's nonce. Images and connections stay on this origin, so that a model's answer
 * cannot call home. Frames load nothing at all: previews are documents of `srcdoc`, which this directive does not concern and
 * which inherit the whole policy. Styles are `unsafe-inline` because positioned popups and highlighted code set style attributes.
 */
export function contentSecurityPolicy({ nonce, development }: PolicyOptions): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
