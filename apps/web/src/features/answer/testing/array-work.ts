type Method = 'findLastIndex' | 'includes' | 'indexOf' | 'push' | 'splice';

/** Elements that one call reads, writes or moves at most. */
const COSTS: Readonly<Record<Method, (array: readonly unknown[], args: readonly unknown[]) => number>> = {
  findLastIndex: ({ length }) => length,
  includes: ({ length }) => length,
  indexOf: ({ length }) => length,
  push: (_, { length }) => length,
  splice: ({ length }, [start]) => length - Number(start),
};

const METHODS = Object.keys(COSTS) as Method[];

/** The elements that methods of arrays read, write or move while a function runs. */
export function arrayWork(run: () => void): Record<Method, number> {
  const work = { findLastIndex: 0, includes: 0, indexOf: 0, push: 0, splice: 0 };
  const originals = METHODS.map((name) => ({ name, original: Array.prototype[name] }));
  const replace = (name: Method, value: unknown) =>
    Object.defineProperty(Array.prototype, name, { configurable: true, writable: true, value });
  for (const { name, original } of originals) {
    replace(name, function counted(this: unknown[], ...args: unknown[]) {
      work[name] += COSTS[name](this, args);
      return Reflect.apply(original, this, args);
    });
  }
  try {
    run();
  } finally {
    for (const { name, original } of originals) replace(name, original);
  }
  return work;
}
