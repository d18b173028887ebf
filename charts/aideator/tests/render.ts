import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { CHART_DIR } from '../../gateway-config.ts';

/** Tests that need Helm are skipped without it. CI has it. */
export const hasHelm = spawnSync('helm', ['version', '--short']).status === 0;

export type Values = Readonly<Record<string, unknown>>;

/** A rendered Kubernetes object. Tests check the parts that they use. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
export type KubernetesObject = z.infer<typeof objectSchema>;

export const RELEASE = 'aideator';
export const NAMESPACE = 'apps';

function helm(args: readonly string[], values: Values) {
  return spawnSync('helm', [...args, '--namespace', NAMESPACE, '--values', '-'], {
    input: stringify(values),
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
}

/** Renders the objects of an install with these values. Throws Helm's message if Helm refuses them. */
export function render(values: Values = {}, release: string = RELEASE): KubernetesObject[] {
  const { status, stdout, stderr } = helm(['template', release, CHART_DIR], values);
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter((value) => value !== null)
    .map((value) => objectSchema.parse(value));
}

/** Returns Helm's message if it refuses these values, otherwise an empty string. */
export function refusal(values: Values): string {
  const { status, stderr } = helm(['template', RELEASE, CHART_DIR], values);
  return status === 0 ? '' : stderr;
}

/** Runs Helm's lint; warnings count as errors. */
export function lint(values: Values) {
  return helm(['lint', '--strict', CHART_DIR], values);
}

/** The default and every file in `ci/`. */
export const VALUE_SETS: readonly (readonly [string, Values])[] = [
  ['default', {}],
  ...readdirSync(join(CHART_DIR, 'ci')).map(
    (file) => [file, parse(readFileSync(join(CHART_DIR, 'ci', file), 'utf8'))] as const,
  ),
];

export function ofKind(objects: readonly KubernetesObject[], kind: string): KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** Returns the only object of this kind and name. */
export function one(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  const [object] = found;
  if (object === undefined || found.length > 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return object;
}

const envSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({
      secretKeyRef: z.object({ name: z.string(), key: z.string(), optional: z.boolean().optional() }),
    })
    .optional(),
});

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  env: z.array(envSchema).default([]),
  envFrom: z.array(z.looseObject({ configMapRef: z.object({ name: z.string() }) })).default([]),
  resources: z.looseObject({
    requests: z.record(z.string(), z.string()),
    limits: z.record(z.string(), z.string()),
  }),
  securityContext: z.looseObject({}),
  volumeMounts: z
    .array(z.looseObject({ name: z.string(), mountPath: z.string() }))
    .nullish()
    .transform((mounts) => mounts ?? []),
});

const podSchema = z.looseObject({
  automountServiceAccountToken: z.boolean(),
  terminationGracePeriodSeconds: z.number().optional(),
  serviceAccountName: z.string().optional(),
  securityContext: z.looseObject({}),
  initContainers: z.array(containerSchema).default([]),
  containers: z.array(containerSchema).min(1),
  volumes: z
    .array(z.looseObject({ name: z.string() }))
    .nullish()
    .transform((volumes) => volumes ?? []),
});
export type Pod = z.infer<typeof podSchema> & { owner: string; labels: Readonly<Record<string, string>> };

const templateSchema = z.object({
  spec: z.looseObject({
    template: z.object({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
      spec: podSchema,
    }),
  }),
});

/** Returns the pods of these objects. */
export function podsOf(objects: readonly KubernetesObject[]): Pod[] {
  return objects.flatMap((object) => {
    const owner = `${object.kind} ${object.metadata.name}`;
    if (object.kind === 'Pod') {
      return [{ ...podSchema.parse(object.spec), owner, labels: object.metadata.labels ?? {} }];
    }
    if (!['Deployment', 'StatefulSet', 'Job'].includes(object.kind)) return [];
    const { metadata, spec } = templateSchema.parse(object).spec.template;
    return [{ ...spec, owner, labels: metadata.labels }];
  });
}

/** Returns the pod of one part, such as `web`. */
export function podOf(objects: readonly KubernetesObject[], component: string): Pod {
  const pods = podsOf(objects).filter((pod) => pod.labels['app.kubernetes.io/component'] === component);
  const [pod] = pods;
  if (pod === undefined || pods.length > 1) throw new Error(`${pods.length} pods of ${component}`);
  return pod;
}

export function containersOf(pod: Pod) {
  return [...pod.initContainers, ...pod.containers];
}

/** `data` of a ConfigMap, or `stringData` of a Secret. */
export function textsOf(object: KubernetesObject): Record<string, string> {
  return z.record(z.string(), z.string()).parse(object.kind === 'Secret' ? object.stringData : object.data);
}
