/** The same names, with a number behind each that occurs more than once: `Alder`, `Alder` → `Alder (1)`, `Alder (2)`. */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return names.filter((other) => other === name).length === 1 ? name : `${name} (${count})`;
  });
}
