/** Words with a spelling of their own. All others are capitalized. */
const SPELLINGS: Readonly<Record<string, string>> = {
  gpt: 'GPT',
  chatgpt: 'ChatGPT',
  mini: 'mini',
  nano: 'nano',
  oss: 'OSS',
  deepseek: 'DeepSeek',
  glm: 'GLM',
  it: 'IT',
  vl: 'VL',
  ui: 'UI',
  cli: 'CLI',
  ai: 'AI',
  tts: 'TTS',
  llama: 'Llama',
  mimo: 'MiMo',
  minimax: 'MiniMax',
  smollm2: 'SmolLM2',
};

const DATE =
  /[-@](?:(20\d{2})-?(\d{2})-?(\d{2})|(2\d(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])\d{2}|\d{2}-20\d{2}|\d{2}-\d{2}))$/;

/** Splits an id into its base and the date or build number at its end. Returns undefined when it has none. */
export function splitDate(id: string): { base: string; date: string } | undefined {
  const match = DATE.exec(id);
  if (!match) return undefined;
  const [, year, month, day, other] = match;
  return { base: id.slice(0, match.index), date: other ?? `${year}-${month}-${day}` };
}

/** Turns a model's id into a name for people: `claude-opus-4-6` becomes `Claude Opus 4.6`. */
export function displayName(id: string): string {
  const last = id.slice(id.lastIndexOf('/') + 1);
  const [plain = '', tag] = last.split(':');
  const dated = splitDate(plain);
  const latest = plain.endsWith('-latest') ? plain.slice(0, -'-latest'.length) : undefined;
  const base = dated?.base ?? latest ?? plain;
  // `4-6` is a version without its dot; `70b` and `2-27b` are not versions.
  const words = base.replaceAll(/(?<=\D|^)(\d{1,2})-(\d{1,2})(?=-|$)/g, '$1.$2').split(/[-_ ]/);
  const name = joinGpt(words.filter((word) => word !== '').map(spell)).join(' ');
  const notes = [dated?.date, latest === undefined ? undefined : 'latest', tag].filter(
    (note) => note !== undefined,
  );
  return notes.length === 0 ? name : `${name} (${notes.join(', ')})`;
}

function spell(word: string): string {
  const known = SPELLINGS[word.toLowerCase()];
  if (known) return known;
  if (/^\d+(\.\d+)?[bm]$/.test(word) || /^[ae]\d+b$/.test(word)) return word.toUpperCase();
  if (/^o\d/.test(word) || /^\d/.test(word)) return word;
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** OpenAI writes `GPT-5.4`, not `GPT 5.4`. */
function joinGpt(words: string[]): string[] {
  const [first, second, ...rest] = words;
  return first === 'GPT' && second !== undefined ? [`GPT-${second}`, ...rest] : words;
}
