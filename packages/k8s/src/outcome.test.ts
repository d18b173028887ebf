import { newId } from '@aideator/contract/ids';
import { describe, expect, test } from 'vitest';
import { exitOf, hasBegun, isOver, jobProblem, podProblem, type StartLimits } from './outcome.ts';
import type { SeenPod } from './run-pods.ts';
import { type JobView, podView } from './views.ts';

const LIMITS: StartLimits = { podMs: 30_000, scheduleMs: 60_000, startMs: 120_000 };

/** A pod with this status, as a watch gives it. */
function pod(status: object, changed: Partial<SeenPod> = {}): SeenPod {
  const labels = { 'aideator/run': newId('run'), 'aideator/attempt': '1' };
  const view = podView({ metadata: { name: 'p', uid: 'u', labels }, status });
  if (!view) throw new Error('not a pod of a run');
  return { ...view, isGone: false, ...changed };
}

const waiting = (reason: string, message = '') => ({
  phase: 'Pending',
  containerStatuses: [{ state: { waiting: { reason, message } } }],
});
const ended = (exitCode: number, reason = 'Error', more: Record<string, unknown> = {}) => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ state: { terminated: { exitCode, reason } } }],
  ...more,
});
const job = (reason = ''): JobView => ({
  run: { runId: 'run_1', attempt: 1 },
  name: 'run-1-1',
  createdAt: '',
  isDeleted: false,
  conditions: reason ? [{ type: 'Failed', status: 'True', reason, message: '' }] : [],
});
const unschedulable = {
  phase: 'Pending',
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/3 nodes: Insufficient cpu.',
    },
  ],
};

describe('a pod that will not begin', () => {
  test.each([
    ['ImagePullBackOff', 'pulled'],
    ['InvalidImageName', 'image name'],
    ['ErrImageNeverPull', 'not on the node'],
    ['CreateContainerConfigError', 'refuses the settings'],
    ['CreateContainerError', 'cannot create the container'],
    ['RunContainerError', 'cannot start the container'],
  ])('%s ends the run at once, with the message of Kubernetes', (reason, words) => {
    const problem = podProblem(pod(waiting(reason, 'no such thing')), 0, LIMITS);
    expect(problem?.code).toBe('run_start_failed');
    expect(problem?.detail).toContain(words);
    expect(problem?.detail).toContain(`${reason}: no such thing`);
  });

  test.each(['ContainerCreating', 'PodInitializing', 'ErrImagePull', ''])('%s is waited for', (reason) => {
    expect(podProblem(pod(waiting(reason)), 119_000, LIMITS)).toBeUndefined();
    expect(podProblem(pod(waiting(reason)), 120_000, LIMITS)).toMatchObject({ code: 'run_start_failed' });
  });

  test('a pod may wait for room on a node, up to a limit', () => {
    expect(podProblem(pod(unschedulable), 59_999, LIMITS)).toBeUndefined();
    expect(podProblem(pod(unschedulable), 60_000, LIMITS)).toEqual({
      code: 'run_start_failed',
      detail: 'No node has room for the runner. (Unschedulable: 0/3 nodes: Insufficient cpu.)',
    });
  });

  test('a Job may wait for its pod, up to a limit', () => {
    expect(jobProblem(29_999, LIMITS)).toBeUndefined();
    expect(jobProblem(30_000, LIMITS)?.detail).toContain('quota');
  });

  test('a long message of Kubernetes is shortened', () => {
    const detail = podProblem(pod(waiting('ImagePullBackOff', 'x'.repeat(9_000))), 0, LIMITS)?.detail ?? '';
    expect(detail.length).toBeLessThan(500);
  });
});

describe('how a run ended', () => {
  const disrupted = (reason: string) => ({
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason, message: 'why' }],
  });
  test.each<[string, SeenPod | undefined, JobView | undefined, number | null, string | undefined, string]>([
    ['the runner chose 0', pod(ended(0, 'Completed')), job(), 0, undefined, ''],
    ['the runner chose 1', pod(ended(1)), job(), 1, undefined, ''],
    ['the runner chose 3, then was deleted', pod(ended(3), { isGone: true }), undefined, 3, undefined, ''],
    ['another exit code', pod(ended(7)), job(), 7, 'runner_crashed', 'exit code 7'],
    ['out of memory', pod(ended(137, 'OOMKilled')), job(), 137, 'runner_crashed', 'memory'],
    ['killed', pod(ended(137)), job(), 137, 'runner_crashed', 'SIGKILL'],
    ['aborted by itself', pod(ended(134)), job(), 134, 'runner_crashed', 'signal 6'],
    ['killed by a deletion', pod(ended(137), { isDeleted: true }), job(), 137, 'runner_crashed', 'deleted'],
    ['could not start', pod(ended(128, 'StartError')), job(), 128, 'run_start_failed', 'StartError'],
    [
      'evicted',
      pod(ended(137, 'Error', { reason: 'Evicted', message: 'The node was low on memory.' })),
      job(),
      137,
      'runner_crashed',
      'low on memory',
    ],
    [
      'evicted before it began',
      pod({ phase: 'Failed', reason: 'Evicted' }),
      job(),
      null,
      'runner_crashed',
      'evicted',
    ],
    [
      'drained',
      pod(ended(143, 'Error', disrupted('EvictionByEvictionAPI'))),
      job(),
      143,
      'runner_crashed',
      'EvictionByEvictionAPI: why',
    ],
    [
      'its node was lost',
      pod({ phase: 'Running', ...disrupted('DeletionByTaintManager') }, { isDeleted: true }),
      job(),
      null,
      'runner_crashed',
      'DeletionByTaintManager',
    ],
    [
      'its node is unknown',
      pod({ phase: 'Unknown' }),
      job(),
      null,
      'runner_crashed',
      'node of the runner was lost',
    ],
    [
      'deleted while it ran',
      pod({ phase: 'Running' }, { isGone: true }),
      job(),
      null,
      'runner_crashed',
      'deleted',
    ],
    ['past its deadline', pod(ended(137), { isGone: true }), job('DeadlineExceeded'), 137, 'run_timeout', ''],
    [
      'past the deadline of the pod',
      pod(ended(137, 'Error', { reason: 'DeadlineExceeded' })),
      job(),
      137,
      'run_timeout',
      '',
    ],
    ['there is no such Job', undefined, undefined, null, 'interrupted', 'no longer in the cluster'],
    [
      'the Job failed and its pod is gone',
      undefined,
      job('BackoffLimitExceeded'),
      null,
      'interrupted',
      'pod of the run is gone',
    ],
  ])('%s', (...[, seen, itsJob, exitCode, code, words]) => {
    const exit = exitOf(seen, itsJob);
    expect(exit.exitCode).toBe(exitCode);
    expect(exit.error?.code).toBe(code);
    expect(exit.error?.detail ?? '').toContain(words);
  });
});

test('a pod has begun if its container runs or has run, and is over if it ended or is gone', () => {
  const running = pod({ phase: 'Running', containerStatuses: [{ state: { running: { startedAt: 'x' } } }] });
  expect([hasBegun(running), isOver(running)]).toEqual([true, false]);
  expect([hasBegun(pod(ended(0))), isOver(pod(ended(0)))]).toEqual([true, true]);
  expect([hasBegun(pod(waiting('ContainerCreating'))), isOver(pod({ phase: 'Pending' }))]).toEqual([
    false,
    false,
  ]);
  expect(isOver(pod({ phase: 'Running' }, { isGone: true }))).toBe(true);
  expect(isOver(pod({ phase: 'Failed', containerStatuses: null }))).toBe(true);
});
