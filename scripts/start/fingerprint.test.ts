import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'aideator-fingerprint-'));
  await mkdir(join(root, 'app', 'node_modules'), { recursive: true });
  await writeFile(join(root, 'app', 'page.ts'), 'one');
  await writeFile(join(root, 'lock.json'), '{}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const taken = (facts = ['v24']): Promise<string> => fingerprint(root, ['app', 'lock.json'], facts);

describe('a fingerprint', () => {
  it('stays the same when files are rewritten with the same content, and when ignored files change', async () => {
    const before = await taken();
    await writeFile(join(root, 'app', 'page.ts'), 'one');
    await writeFile(join(root, 'app', 'page.test.ts'), 'a test');
    await writeFile(join(root, 'app', 'node_modules', 'x.js'), 'a package');
    // Python writes it next to its sources.
    await mkdir(join(root, 'app', '__pycache__'));
    await writeFile(join(root, 'app', '__pycache__', 'x.pyc'), 'compiled');
    expect(await taken()).toBe(before);
  });

  it('changes with the content, the names, a single file among the paths, and the facts', async () => {
    const prints = [await taken(), await taken(['v25'])];
    await writeFile(join(root, 'app', 'page.ts'), 'two');
    prints.push(await taken());
    await writeFile(join(root, 'app', 'other.ts'), '');
    prints.push(await taken());
    await writeFile(join(root, 'lock.json'), '{"a":1}');
    prints.push(await taken());
    expect(new Set(prints).size).toBe(prints.length);
  });
});
