/** Elements that are copied as the text that the model wrote. */
const SOURCE = '[data-source]';

const formulaAround = (node: Node): Element | null =>
  (node instanceof Element ? node : node.parentElement)?.closest(SOURCE) ?? null;

/** The selection's range, with formulas whole. */
function wholeFormulas(selected: Range): Range {
  const range = selected.cloneRange();
  const first = formulaAround(range.startContainer);
  const last = formulaAround(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  return range;
}

/** The text of a fragment as a browser would copy it. Only what is laid out has line breaks between its blocks. */
function visibleText(box: HTMLElement): string {
  box.style.cssText = 'position:fixed;left:-9999px;top:0;width:50rem;opacity:0';
  document.body.append(box);
  // biome-ignore lint/performance/useDomNodeTextContent: line breaks between blocks exist in the layout only
  const text = box.innerText;
  box.remove();
  return text;
}

/** Puts the source of formulas into the clipboard in place of KaTeX's letters. Other selections are copied as always. */
export function copySource(event: ClipboardEvent): void {
  const selection = document.getSelection();
  if (!event.clipboardData || !selection || selection.isCollapsed) return;
  const box = document.createElement('div');
  box.append(wholeFormulas(selection.getRangeAt(0)).cloneContents());
  const formulas = box.querySelectorAll<HTMLElement>(SOURCE);
  if (formulas.length === 0) return;
  for (const formula of formulas) {
    formula.style.whiteSpace = 'pre-wrap';
    formula.textContent = formula.dataset.source ?? '';
  }
  event.clipboardData.setData('text/html', box.innerHTML);
  event.clipboardData.setData('text/plain', visibleText(box));
  event.preventDefault();
}
