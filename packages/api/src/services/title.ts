const TITLE_CHARS = 60;

/** A session's title from its first prompt: its first line with words, cut at a word near 60 characters. */
export function titleFromPrompt(prompt: string): string {
  const line = prompt
    .split('\n')
    .map((text) =>
      text
        .replace(/^[#>*\-\s]+/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .find((text) => text.length > 0);
  if (line === undefined) return 'New chat';
  const characters = Array.from(line);
  if (characters.length <= TITLE_CHARS) return line;
  const cut = characters.slice(0, TITLE_CHARS).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > TITLE_CHARS / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
