const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF]/;
const LETTER = /\p{L}/u;
/** Code says nothing about the direction of the prose around it. */
const CODE = /(```|~~~)[\s\S]*?(?:\1|$)|`[^`\n]*`/g;

/** Letters that are looked at: enough for any paragraph. */
const SAMPLE_MAX = 2_000;

/** The direction of most letters. An Arabic answer that begins with an English name is still Arabic. */
export function textDirection(markdown: string): 'ltr' | 'rtl' {
  let balance = 0;
  for (const character of markdown.slice(0, SAMPLE_MAX).replaceAll(CODE, '')) {
    if (RIGHT_TO_LEFT.test(character)) balance += 1;
    else if (LETTER.test(character)) balance -= 1;
  }
  return balance > 0 ? 'rtl' : 'ltr';
}
