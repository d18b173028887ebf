'use client';

import { Component, createRef, type ReactNode } from 'react';

interface Point {
  node: Node;
  offset: number;
  /** Characters before the point in the box; undefined when it is outside. */
  characters: number | undefined;
}

interface SavedSelection {
  anchor: Point;
  focus: Point;
}

function pointOf(box: Element, node: Node, offset: number): Point {
  if (!box.contains(node)) return { node, offset, characters: undefined };
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEnd(node, offset);
  return { node, offset, characters: range.toString().length };
}

/** The place after so many characters of a box. */
function placeAt(box: Element, characters: number): { node: Node; offset: number } | undefined {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let left = characters;
  let last: Text | undefined;
  while (walker.nextNode()) {
    last = walker.currentNode as Text;
    if (left <= last.length) return { node: last, offset: left };
    left -= last.length;
  }
  return last && { node: last, offset: last.length };
}

function placeOf(
  box: Element,
  { node, offset, characters }: Point,
): { node: Node; offset: number } | undefined {
  const length = node instanceof Text ? node.length : node.childNodes.length;
  if (node.isConnected && offset <= length) return { node, offset };
  return characters === undefined ? undefined : placeAt(box, characters);
}

function save(box: Element): SavedSelection | null {
  const selection = document.getSelection();
  if (!selection?.anchorNode || !selection.focusNode || selection.isCollapsed) return null;
  if (!box.contains(selection.anchorNode) && !box.contains(selection.focusNode)) return null;
  return {
    anchor: pointOf(box, selection.anchorNode, selection.anchorOffset),
    focus: pointOf(box, selection.focusNode, selection.focusOffset),
  };
}

function restore(box: Element, saved: SavedSelection): void {
  const selection = document.getSelection();
  const anchor = placeOf(box, saved.anchor);
  const focus = placeOf(box, saved.focus);
  if (!selection || !anchor || !focus) return;
  const isSame =
    selection.anchorNode === anchor.node &&
    selection.anchorOffset === anchor.offset &&
    selection.focusNode === focus.node &&
    selection.focusOffset === focus.offset;
  if (!isSame) selection.setBaseAndExtent(anchor.node, anchor.offset, focus.node, focus.offset);
}

interface KeepSelectionProps {
  children: ReactNode;
}

/**
 * Keeps text selected while the paragraph around it grows. The browser collapses a selection to the start of a text node
 * whose content React replaces.
 */
export class KeepSelection extends Component<KeepSelectionProps> {
  readonly #box = createRef<HTMLDivElement>();

  override getSnapshotBeforeUpdate(): SavedSelection | null {
    return this.#box.current && save(this.#box.current);
  }

  override componentDidUpdate(
    _props: KeepSelectionProps,
    _state: unknown,
    saved: SavedSelection | null,
  ): void {
    if (saved && this.#box.current) restore(this.#box.current, saved);
  }

  override render(): ReactNode {
    return (
      <div ref={this.#box} className="contents">
        {this.props.children}
      </div>
    );
  }
}
