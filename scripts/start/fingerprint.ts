import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Made by tools, or without influence on what is built. */
const LEFT_OUT = new Set([
  'node_modules',
  '.next',
  '.turbo',
  'dist',
  'testing',
  '__fixtures__',
  '__pycache__',
  'next-env.d.ts',
]);

const isLeftOut = (name: string): boolean =>
  LEFT_OUT.has(name) ||
  name.endsWith('.test.ts') ||
  name.endsWith('.test.tsx') ||
  name.endsWith('.tsbuildinfo');

/**
 * A hash over the content of files and folders, `paths` below `root`, and over `facts` such as a version. The same
 * content has the same hash, whenever and wherever it was written.
 */
export async function fingerprint(
  root: string,
  paths: readonly string[],
  facts: readonly string[],
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of [...paths].sort()) await addPath(hash, root, path);
  return hash.digest('hex');
}

async function addPath(hash: ReturnType<typeof createHash>, root: string, path: string): Promise<void> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  if (entries === undefined) {
    const content = await readFile(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
    return;
  }
  const names = entries.filter((entry) => !isLeftOut(entry.name)).map((entry) => entry.name);
  for (const name of names.sort()) await addPath(hash, root, `${path}/${name}`);
}
