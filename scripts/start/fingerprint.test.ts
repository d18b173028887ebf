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
  it('stays when files are written again with the same content, and when what does not count changes', async () => {
    const before = await taken();
    await writeFile(join(root, 'app', 'page.ts'), 'one');
    await writeFile(join(root, 'app', 'page.test.ts'), 'a test');
    await writeFile(join(root, 'app', 'node_modules', 'x.js'), 'a package');
    // Python writes it beside its sources when it runs them.
    await mkdir(join(root, 'app', '__pycache__'));
    await writeFile(join(root, 'app', '__pycache__', 'x.pyc'), 'compiled');
    expect(await taken()).toBe(before);
  });

  it('changes with content, with names, with a single file among the paths, and with the facts', async () => {
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
