import type { Element } from 'hast';
import type { FootnoteReference } from 'mdast';
import { defaultHandlers, type State } from 'mdast-util-to-hast';
import { NameList } from './name-list.ts';

/** The default handler searches all footnotes for each reference, which is quadratic. This one looks its footnote up. */
export function footnoteReference(state: State, node: FootnoteReference): Element {
  if (!(state.footnoteOrder instanceof NameList)) state.footnoteOrder = new NameList();
  return defaultHandlers.footnoteReference(state, node);
}
