import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import AnswerMarkdown from '../answer-markdown.tsx';

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&amp;': '&',
};

export const renderAnswer = (text: string, streaming = false): string =>
  renderToStaticMarkup(createElement(AnswerMarkdown, { text, streaming }));

/** The text that a person sees of an answer. Formulas show their source, as before KaTeX is there. */
export function visibleText(text: string, streaming = false): string {
  return renderAnswer(text, streaming)
    .replaceAll(/<br\/?>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
