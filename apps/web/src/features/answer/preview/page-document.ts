/**
 * A preview runs no scripts and reaches no network. It stands in a frame with an empty `sandbox` attribute, which forbids
 * scripts, forms, popups, downloads and navigation of the page around it. A document of `srcdoc` also inherits the policy of
 * the page, which lets a frame load nothing from the network. This policy narrows what is left to styles and data images.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

/** What would open a connection before any policy is asked, or has no use in a preview. */
const DROPPED = 'script, link, base, meta, iframe, frame, frameset, object, embed, portal, fencedframe';

/** Attributes that name a place to go. Chromium connects to the target of a navigation before it refuses it. */
const PLACES = ['ping', 'target', 'action', 'formaction', 'srcdoc', 'manifest'];
const LINKS = ['href', 'xlink:href'];

function withoutPlaces(element: Element): void {
  for (const name of PLACES) element.removeAttribute(name);
  if (!/^(?:a|area)$/i.test(element.localName)) return;
  for (const name of LINKS) element.removeAttribute(name);
}

/** Animations can give a link its target later. */
const animatesLink = (element: Element): boolean =>
  /href$/i.test(element.getAttribute('attributeName') ?? '');

function clean(root: ParentNode): void {
  for (const dropped of root.querySelectorAll(DROPPED)) dropped.remove();
  for (const element of root.querySelectorAll('*')) {
    withoutPlaces(element);
    if (animatesLink(element)) element.remove();
    if (element instanceof HTMLTemplateElement) clean(element.content);
  }
}

const HEAD = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="color-scheme" content="light"><meta name="viewport" content="width=device-width">`;

/** A picture stands in the middle and is never wider than the frame. */
const PICTURE_STYLE =
  '<style>html{height:100%}body{margin:0;min-height:100%;display:grid;place-items:center;padding:12px;box-sizing:border-box}svg{max-width:100%;height:auto}</style>';

/**
 * The document that shows a model's HTML or SVG in a sandboxed frame. Parsing it here loads and runs nothing, because the
 * parsed document has no window.
 */
export function pageDocument(source: string, kind: 'html' | 'svg'): string {
  const parsed = new DOMParser().parseFromString(source, 'text/html');
  clean(parsed);
  const html = parsed.documentElement;
  html.querySelector('head')?.insertAdjacentHTML('afterbegin', kind === 'svg' ? HEAD + PICTURE_STYLE : HEAD);
  return `<!doctype html>${html.outerHTML}`;
}
