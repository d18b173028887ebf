import type { HttpReply } from './http.ts';

/** Reads the start of a body as text, up to `bytesMax` bytes. A body that breaks off counts as far as it came. */
export async function readTextUpTo(reply: HttpReply, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let left = bytesMax;
  try {
    for await (const bytes of reply.body) {
      text += decoder.decode(bytes.subarray(0, left), { stream: true });
      left -= bytes.length;
      if (left <= 0) break;
    }
  } catch {
    // Half the text of an error is better than none.
  }
  return text + decoder.decode();
}
