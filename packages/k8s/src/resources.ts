import type { RunRef } from '@aideator/contract/backend';
import { z } from 'zod';
import { refOf } from './labels.ts';

/** Only what is looked at; everything else of an object is dropped when it is read. */
const metadataSchema = z.object({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string().default(''),
  creationTimestamp: z.string().default(''),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
});

const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
export type Condition = z.infer<typeof conditionSchema>;

const containerStateSchema = z.object({
  waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
  running: z.object({}).optional(),
  terminated: z
    .object({ exitCode: z.number(), reason: z.string().default(''), message: z.string().default('') })
    .optional(),
});
export type ContainerState = z.infer<typeof containerStateSchema>;

const podSchema = z.object({
  metadata: metadataSchema,
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().default(''),
      message: z.string().default(''),
      conditions: z.array(conditionSchema).nullish(),
      containerStatuses: z.array(z.object({ state: containerStateSchema.default({}) })).nullish(),
    })
    .prefault({}),
});

/** A pod of a run as it was last seen. */
export interface PodView {
  run: RunRef;
  name: string;
  uid: string;
  resourceVersion: string;
  createdAt: string;
  /** Somebody asked for it to be deleted. */
  isDeleted: boolean;
  phase: string;
  reason: string;
  message: string;
  conditions: readonly Condition[];
  /** Of its one container. */
  state: ContainerState;
}

/** Undefined for a pod that is not labelled as a run's. */
export function readPod(value: unknown): PodView | undefined {
  const { metadata, status } = podSchema.parse(value);
  const run = refOf(metadata.labels);
  if (!run) return undefined;
  return {
    run,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    createdAt: metadata.creationTimestamp,
    isDeleted: metadata.deletionTimestamp !== undefined,
    phase: status.phase,
    reason: status.reason,
    message: status.message,
    conditions: status.conditions ?? [],
    state: status.containerStatuses?.[0]?.state ?? {},
  };
}

const jobSchema = z.object({
  metadata: metadataSchema,
  status: z.object({ conditions: z.array(conditionSchema).nullish() }).prefault({}),
});

export interface JobView {
  run: RunRef;
  name: string;
  createdAt: string;
  isDeleted: boolean;
  conditions: readonly Condition[];
}

/** Undefined for a Job that is not labelled as a run's. */
export function readJob(value: unknown): JobView | undefined {
  const { metadata, status } = jobSchema.parse(value);
  const run = refOf(metadata.labels);
  if (!run) return undefined;
  return {
    run,
    name: metadata.name,
    createdAt: metadata.creationTimestamp,
    isDeleted: metadata.deletionTimestamp !== undefined,
    conditions: status.conditions ?? [],
  };
}

export const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string().default(''), continue: z.string().default('') }),
  items: z.array(z.unknown()).nullish(),
});

export const watchEventSchema = z.object({ type: z.string(), object: z.unknown() });

/** The object of an ERROR event, and the body of an answer that is none. */
export const statusSchema = z.object({
  code: z.number().default(0),
  reason: z.string().default(''),
  message: z.string().default(''),
});
