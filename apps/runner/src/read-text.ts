import type { HttpAnswer } from './http.ts';

/** The start of a body as text, at most `bytesMax` bytes; the rest is not read. What broke off is taken as it is. */
export async function readTextUpTo(answer: HttpAnswer, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let left = bytesMax;
  try {
    for await (const bytes of answer.body) {
      text += decoder.decode(bytes.subarray(0, left), { stream: true });
      left -= bytes.length;
      if (left <= 0) break;
    }
  } catch {
    // An error's text that breaks off is still the best that is known.
  }
  return text + decoder.decode();
}
