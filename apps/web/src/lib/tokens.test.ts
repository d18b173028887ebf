import { readFileSync } from 'node:fs';
import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../app/globals.css', import.meta.url), 'utf8');

/** The colour tokens of one block, as [lightness, chroma, hue]. */
function tokensOf(selector: string): Map<string, number[]> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}', 1)[0] ?? '';
  const found = block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g);
  return new Map([...found].map(([, name, ...lch]) => [name ?? '', lch.map(Number)]));
}

/** Relative luminance (WCAG 2) of an oklch colour, clipped to sRGB. */
function luminance([lightness = 0, chroma = 0, hue = 0]: number[]): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number[] | undefined, other: number[] | undefined): number {
  const [high, low] = [luminance(one ?? []), luminance(other ?? [])].sort((x, y) => y - x) as [
    number,
    number,
  ];
  return (high + 0.05) / (low + 0.05);
}

const SURFACES = ['background', 'card', 'popover', 'sidebar', 'muted'];
const ACCENTS = Array.from({ length: MODELS_PER_TURN_MAX }, (_, position) => `accent-${position + 1}`);
const TEXTS = [
  'foreground',
  'muted-foreground',
  'brand',
  'destructive',
  'success',
  'warning',
  'gold-foreground',
  ...ACCENTS,
];

const TEXT_PAIRS: [string, string][] = [
  ...TEXTS.flatMap((text) => SURFACES.map((surface): [string, string] => [text, surface])),
  ['primary-foreground', 'primary'],
  ['brand-foreground', 'brand'],
  ['destructive-foreground', 'destructive'],
  ['brand', 'brand-soft'],
  ['destructive', 'destructive-soft'],
  ['gold-foreground', 'gold-soft'],
  ['foreground', 'gold-soft'],
  ['foreground', 'hover'],
  ['muted-foreground', 'hover'],
];

describe.each([':root', '.dark'])('colours of %s', (selector) => {
  const tokens = tokensOf(selector);

  it.each(TEXT_PAIRS)('%s on %s is readable (AA, 4.5)', (text, surface) => {
    expect(contrast(tokens.get(text), tokens.get(surface))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['background', 'card', 'sidebar'])('the focus ring stands out on %s (3)', (surface) => {
    expect(contrast(tokens.get('ring'), tokens.get(surface))).toBeGreaterThanOrEqual(3);
  });
});
