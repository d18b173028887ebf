const SEPARATOR = ' · ';

/** Removes the beginning that a name shares with another one, up to a ` · `: `SmolLM2 · careful`, `SmolLM2 · brief` → `careful`, `brief`. */
export function shortNames(names: readonly string[]): string[] {
  const family = (name: string) => name.slice(0, name.indexOf(SEPARATOR) + SEPARATOR.length);
  const families = names.map((name) => (name.includes(SEPARATOR) ? family(name) : undefined));
  return names.map((name, index) => {
    const own = families[index];
    const isShared = own !== undefined && families.filter((other) => other === own).length > 1;
    return isShared && name.length > own.length ? name.slice(own.length) : name;
  });
}
