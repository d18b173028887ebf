import type { RunRef } from '@aideator/contract/backend';
import type {
  V1ContainerState,
  V1Job,
  V1JobCondition,
  V1ObjectMeta,
  V1Pod,
  V1PodCondition,
} from '@kubernetes/client-node';
import { refOf } from './labels.ts';

/** The fields of a run's pod that are kept: a whole pod takes about 12 KB. */
export interface PodView {
  run: RunRef;
  name: string;
  uid: string;
  resourceVersion: string;
  /** RFC 3339, in UTC. */
  createdAt: string;
  /** True once its deletion was asked for. */
  isDeleted: boolean;
  phase: string;
  reason: string;
  message: string;
  conditions: readonly V1PodCondition[];
  /** The state of its one container. */
  state: V1ContainerState;
}

/** Undefined for a pod that is not labelled as a run's. */
export function podView({ metadata, status }: V1Pod): PodView | undefined {
  const view = objectView(metadata);
  return (
    view && {
      ...view,
      phase: status?.phase ?? 'Unknown',
      reason: status?.reason ?? '',
      message: status?.message ?? '',
      conditions: status?.conditions ?? [],
      state: status?.containerStatuses?.[0]?.state ?? {},
    }
  );
}

export interface JobView {
  run: RunRef;
  name: string;
  createdAt: string;
  isDeleted: boolean;
  conditions: readonly V1JobCondition[];
}

/** Undefined for a Job that is not labelled as a run's. */
export function jobView({ metadata, status }: V1Job): JobView | undefined {
  const view = objectView(metadata);
  return view && { ...view, conditions: status?.conditions ?? [] };
}

function objectView(metadata: V1ObjectMeta | undefined) {
  const run = refOf(metadata?.labels ?? {});
  if (!run || metadata?.name === undefined || metadata.uid === undefined) return undefined;
  const { name, uid, resourceVersion = '', creationTimestamp, deletionTimestamp } = metadata;
  // A list gives a Date, a watch gives text.
  const createdAt = creationTimestamp === undefined ? '' : new Date(creationTimestamp).toISOString();
  return { run, name, uid, resourceVersion, createdAt, isDeleted: deletionTimestamp !== undefined };
}
