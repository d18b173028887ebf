import type { Html, Nodes, Parents, PhrasingContent, Root, RootContent } from 'mdast';

/**
 * HTML in an answer. A model writes `Vec<String>`, `<your-file>.txt` and XML far more often than it means HTML, so a tag
 * is text unless it is one of a few that only shape text. Nothing here ever becomes raw HTML.
 */
export const INLINE_TAGS: ReadonlySet<string> = new Set([
  ...['b', 'strong', 'i', 'em', 'u', 's', 'del', 'ins', 'mark', 'small'],
  ...['sub', 'sup', 'kbd', 'samp', 'var', 'cite', 'q', 'dfn', 'abbr'],
]);
const BLOCK_TAGS: ReadonlySet<string> = new Set(['details', 'summary']);
const VOID_TAGS: ReadonlySet<string> = new Set(['br', 'wbr', 'hr']);

/** These are type parameters as often as tags (`Vec<u>`), so they need their closing tag also while text streams. */
const AMBIGUOUS_TAGS: ReadonlySet<string> = new Set(['b', 'i', 'u', 's', 'q', 'var', 'em']);

/** A tag without attributes, or with attributes that have values: `<b and c>` is a comparison. */
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+\s*=\s*(?:"[^"]*"|'[^']*'))*|\s+open)\s*\/?>/gi;

type Child = RootContent | PhrasingContent;

/**
 * Open tags that may still become elements. It bounds how deep they nest, and the search for the one that a closing tag
 * ends. When there are more, the first ones stay text.
 */
const OPEN_TAGS_MAX = 100;

interface OpenTag {
  raw: string;
  name: string;
  /** Index of the sibling that shows it as text until its closing tag comes. */
  at: number;
}

interface Scope {
  isFlow: boolean;
  /** The end of the text is still on its way: a tag may get its closing tag. */
  isGrowing: boolean;
}

/** A text whose spaces and line breaks are shown as they are. `hChildren` keeps them from being trimmed. */
function verbatim(value: string, { isFlow }: Scope): Child {
  if (!isFlow) return { type: 'text', value };
  const data = {
    hName: 'p',
    hProperties: { className: ['verbatim'] },
    hChildren: [{ type: 'text' as const, value }],
  };
  return { type: 'paragraph', data, children: [] };
}

function element(name: string, children: Child[], raw: string): Child {
  const hProperties = name === 'details' && /\sopen/i.test(raw) ? { open: true } : {};
  return { type: 'emphasis', data: { hName: name, hProperties }, children: children as PhrasingContent[] };
}

/** Builds the siblings of one parent anew, with elements in place of the tags that may be. */
class Siblings {
  readonly #scope: Scope;
  readonly #written: Child[] = [];
  readonly #open: OpenTag[] = [];
  /** Text of an HTML block between two of its tags. */
  #text = '';

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  add(child: Child): void {
    this.#flush();
    this.#written.push(child);
  }

  addHtml(html: Html): void {
    let from = 0;
    for (const match of html.value.matchAll(TAG)) {
      const [raw, slash = '', tag = ''] = match;
      this.#text += html.value.slice(from, match.index);
      from = match.index + raw.length;
      this.#addTag({ raw, name: tag.toLowerCase(), isClosing: slash !== '' });
    }
    this.#text += html.value.slice(from);
    this.#flush();
  }

  end(): Child[] {
    this.#flush();
    if (this.#scope.isGrowing) {
      for (const tag of this.#open.reverse()) if (!AMBIGUOUS_TAGS.has(tag.name)) this.#wrap(tag);
    }
    return this.#written;
  }

  #addTag({ raw, name, isClosing }: { raw: string; name: string; isClosing: boolean }): void {
    if (VOID_TAGS.has(name) && !isClosing) {
      this.#addVoid(name, raw);
      return;
    }
    if (!(INLINE_TAGS.has(name) || (this.#scope.isFlow && BLOCK_TAGS.has(name)))) {
      this.#text += raw;
      return;
    }
    if (!isClosing) {
      this.#flush();
      this.#open.push({ raw, name, at: this.#written.length });
      this.#written.push(verbatim(raw, this.#scope));
      if (this.#open.length > OPEN_TAGS_MAX) this.#open.shift();
      return;
    }
    const index = this.#open.findLastIndex((tag) => tag.name === name);
    if (index < 0) {
      this.#text += raw;
      return;
    }
    this.#flush();
    const [tag] = this.#open.splice(index);
    if (tag) this.#wrap(tag);
  }

  #addVoid(name: string, raw: string): void {
    if (name === 'hr' && !this.#scope.isFlow) {
      this.#text += raw;
      return;
    }
    this.#flush();
    if (name === 'hr') this.#written.push({ type: 'thematicBreak' });
    else if (name === 'br') this.#written.push({ type: 'break' });
  }

  /** Puts what was written since a tag into its element, without the text that showed the tag. */
  #wrap(tag: OpenTag): void {
    const [, ...children] = this.#written.splice(tag.at);
    this.#written.push(element(tag.name, children, tag.raw));
  }

  #flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text === '' || (this.#scope.isFlow && text.trim() === '')) return;
    const insideBlock = this.#open.at(-1);
    const isFlow = this.#scope.isFlow && !(insideBlock && insideBlock.name !== 'details');
    this.#written.push(verbatim(isFlow ? text.replace(/^\n+|\s+$/g, '') : text, { ...this.#scope, isFlow }));
  }
}

const PHRASING_PARENTS: ReadonlySet<string> = new Set([
  ...['paragraph', 'heading', 'tableCell', 'emphasis', 'strong', 'delete', 'link', 'linkReference'],
]);

function isParent(node: Nodes): node is Parents {
  return 'children' in node;
}

/** Replaces each `html` node below a node by elements and text. */
export function htmlToElements(parent: Parents | Root, isGrowing: boolean): void {
  const siblings = new Siblings({ isFlow: !PHRASING_PARENTS.has(parent.type), isGrowing });
  const last = parent.children.at(-1);
  for (const child of parent.children) {
    if (child.type === 'html') {
      siblings.addHtml(child);
      continue;
    }
    if (isParent(child)) htmlToElements(child, isGrowing && child === last);
    siblings.add(child);
  }
  parent.children = siblings.end() as typeof parent.children;
}

const DETAILS = /<(\/?)details(?=[\s>])/gi;

/** How many `<details>` a block of HTML opens more than it closes. */
export function openDetails(html: Html): number {
  let open = 0;
  for (const [, slash] of html.value.matchAll(DETAILS)) open += slash === '' ? 1 : -1;
  return open;
}
