/** Another reading of a text. Unit `i` of `text` stands for `[starts[i], ends[i])` of the original. */
export interface TextView {
  text: string;
  starts: readonly number[];
  ends: readonly number[];
}

const ESCAPES =
  /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#(\d{1,7});|\\(["\\/])/gi;

/** The text itself. */
export function viewOf(text: string): TextView {
  const starts = Array.from({ length: text.length }, (_, i) => i);
  return { text, starts, ends: starts.map((i) => i + 1) };
}

function unitOf([, percent, unicode, hex, htmlHex, html, plain]: readonly (string | undefined)[]): string {
  if (plain !== undefined) return plain;
  const digits = percent ?? unicode ?? hex ?? htmlHex;
  const code = digits === undefined ? Number(html) : Number.parseInt(digits, 16);
  return code <= 0xffff ? String.fromCharCode(code) : '\uFFFD';
}

/** Without the escapes of URLs, JSON, other source text and HTML. */
export function unescaped(view: TextView): TextView {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  const add = (unit: string, from: number, to: number): void => {
    text += unit;
    starts.push(view.starts[from] ?? 0);
    ends.push(view.ends[to - 1] ?? 0);
  };
  let done = 0;
  for (const match of view.text.matchAll(ESCAPES)) {
    for (; done < match.index; done += 1) add(view.text.charAt(done), done, done + 1);
    done = match.index + match[0].length;
    add(unitOf(match), match.index, done);
  }
  for (; done < view.text.length; done += 1) add(view.text.charAt(done), done, done + 1);
  return { text, starts, ends };
}

/** Only letters and digits, in lower case; other forms of them (full width) count as the plain ones. */
export function reduced(view: TextView): TextView {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  for (let i = 0; i < view.text.length; i += 1) {
    const unit = view.text.charAt(i);
    const plain = unit > '\u007f' ? unit.normalize('NFKC') : unit;
    if (!/^[a-z0-9]$/i.test(plain)) continue;
    text += plain.toLowerCase();
    starts.push(view.starts[i] ?? 0);
    ends.push(view.ends[i] ?? 0);
  }
  return { text, starts, ends };
}
