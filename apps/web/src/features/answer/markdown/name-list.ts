/**
 * An array of names that finds one of them without reading the others. Parsers keep the names of definitions in arrays and
 * search them for every reference, which is quadratic.
 */
export class NameList extends Array<string> {
  readonly #indexes = new Map<string, number>();

  override push(...names: string[]): number {
    for (const name of names) {
      if (!this.#indexes.has(name)) this.#indexes.set(name, this.length);
      super.push(name);
    }
    return this.length;
  }

  override includes(name: string): boolean {
    return this.#indexes.has(name);
  }

  override indexOf(name: string): number {
    return this.#indexes.get(name) ?? -1;
  }
}
