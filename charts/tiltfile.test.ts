import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasHelm, one, podsOf, render, type Values } from './aideator/tests/render.ts';
import { CHART_DIR, ROOT } from './gateway-config.ts';

// Tilt needs a cluster and Docker, so these tests only check the names in its file.
const tiltfile = readFileSync(join(ROOT, 'Tiltfile'), 'utf8');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const all = (pattern: RegExp): string[] => [...tiltfile.matchAll(pattern)].map(([, found]) => found ?? '');
const tiltValues: Values = parse(read('charts/tilt-values.yaml'));

describe('the Tiltfile', () => {
  const built = all(/docker_build\(\s*'([^']+)'/g);

  it('names existing files and folders', () => {
    const lists = [...tiltfile.matchAll(/(?:deps|only)=\[([^\]]*)\]|fall_back_on\(\[([^\]]*)\]\)/g)];
    const paths = [
      ...all(/dockerfile='([^']+)'/g),
      ...all(/sync\('([^']+)'/g),
      ...all(/--values=([^']+)'/g),
      ...lists
        .filter(([text]) => !text.startsWith('image_'))
        .flatMap(([text]) => [...text.matchAll(/'([^']+)'/g)].map(([, path]) => path ?? '')),
    ].filter((path) => !built.includes(path) && path !== 'aideator');
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) expect(existsSync(join(ROOT, path)), path).toBe(true);
  });

  it('syncs sources to their place in the development image', () => {
    const dockerfile = read('apps/web/Dockerfile');
    for (const target of all(/target='([^']+)'/g))
      expect(dockerfile).toMatch(new RegExp(`^FROM .* AS ${target}$`, 'm'));
    for (const [, from, to] of tiltfile.matchAll(/sync\('([^']+)', '([^']+)'\)/g))
      expect(to).toBe(`/app/${from}`);
  });

  it('builds all images of the chart and passes each in the right value', () => {
    const values = parse(readFileSync(join(CHART_DIR, 'values.yaml'), 'utf8'));
    const keys = [...tiltfile.matchAll(/\('(\w+)\.image\.repository', '(\w+)\.image\.tag'\)/g)];
    expect(all(/image_deps=\[([^\]]+)\]/g)[0]?.match(/aideator\/\w+/g)).toEqual(built);
    expect(keys.map(([, part = '']) => values[part].image.repository)).toEqual(built);
    for (const [, repository, tag] of keys) expect(repository).toBe(tag);
  });

  it.skipIf(!hasHelm)('forwards to a Service that the chart creates with its values', () => {
    const [, namespace, service = '', port] =
      /--namespace (\S+) port-forward service\/(\S+) \d+:(\d+)/.exec(tiltfile) ?? [];
    const objects = render(tiltValues, 'aideator');
    expect(one(objects, 'Service', service).spec).toMatchObject({ ports: [{ port: Number(port) }] });
    expect(all(/namespace='([^']+)'/g)).toEqual([namespace]);
    expect(podsOf(objects).some(({ owner }) => owner.endsWith('-small-models'))).toBe(true);
  });
});
