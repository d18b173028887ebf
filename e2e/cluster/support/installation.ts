import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TurnId } from '@aideator/contract/ids';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from '@aideator/gateway/testing/scripted-gateway';
import { kubectl, run } from './commands.ts';
import { MODEL_INFO } from './scripts.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const CHART = join(ROOT, 'charts', 'aideator');
const RELEASE = 'aideator';
const DEFAULT_GATEWAY: ScriptedGatewayOptions = { modelInfo: [...MODEL_INFO] };

/** The address of this machine for pods. */
export const { TEST_HOST = '198.18.0.1' } = process.env;

export interface Pod {
  metadata: { name: string; labels: Record<string, string>; deletionTimestamp?: string };
  spec: {
    automountServiceAccountToken?: boolean;
    containers: { name: string; resources: { limits?: Record<string, string> }; env?: { name: string }[] }[];
    volumes?: unknown[];
  };
  status: { podIP?: string; conditions?: { type: string; status: string }[] };
}

export interface InstallOptions {
  /** Added to the values for a cluster without a registry. */
  values?: Record<string, unknown>;
  gateway?: ScriptedGatewayOptions;
}

/** The whole program as the chart installs it, in its own namespaces: two web pods, a Job per model. */
export class Release implements AsyncDisposable {
  readonly namespace = `program-test-${randomBytes(3).toString('hex')}`;
  readonly runsNamespace = `${this.namespace}-runs`;
  readonly #values: Record<string, unknown>;

  protected constructor(values: Record<string, unknown>) {
    this.#values = { web: { replicas: 2 }, ...values };
  }

  /** `values` are added to those for a cluster without a registry. */
  static async install(values: Record<string, unknown>): Promise<Release> {
    const release = new Release(values);
    await release.install();
    return release;
  }

  /** Removes a failed install. */
  protected async install(): Promise<void> {
    try {
      await kubectl('create', 'namespace', this.namespace);
      await this.#helm('install', []);
    } catch (error) {
      // Report the error of the install, not that of the clean-up.
      await this[Symbol.asyncDispose]().catch(() => undefined);
      throw error;
    }
  }

  /** Resolves when the new web pods are ready and the old ones are gone. `settings` as for `helm --set`. */
  async upgrade(...settings: string[]): Promise<void> {
    await this.#helm(
      'upgrade',
      settings.flatMap((setting) => ['--set', setting]),
    );
  }

  /** kubectl in the program's own namespace. */
  kubectl(...args: string[]): Promise<string> {
    return kubectl('--namespace', this.namespace, ...args);
  }

  /** Runs a command in the only pod of a part such as `valkey`. */
  exec(part: string, ...command: string[]): Promise<string> {
    return this.kubectl('exec', `statefulset/${RELEASE}-${part}`, '--', ...command);
  }

  /** Ready web pods. This machine can reach their addresses. */
  async webPods(): Promise<Pod[]> {
    const selector = ['-l', 'app.kubernetes.io/component=web'];
    const pods = await items<Pod>('--namespace', this.namespace, 'pods', ...selector);
    return pods.filter(({ metadata, status }) => {
      const isReady = status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
      return isReady && metadata.deletionTimestamp === undefined;
    });
  }

  async addresses(): Promise<string[]> {
    return (await this.webPods()).map(addressOf);
  }

  /** The address of the first ready web pod. Throws if there is none. */
  async address(): Promise<string> {
    const [address] = await this.addresses();
    if (address === undefined) throw new Error('no web pod is ready');
    return address;
  }

  runPods(turnId: TurnId): Promise<Pod[]> {
    return items<Pod>('--namespace', this.runsNamespace, 'pods', '-l', `aideator/turn=${turnId}`);
  }

  /** Names of the existing Jobs of runs. */
  async runJobs(): Promise<string[]> {
    return (await this.#runObjects('jobs')).split('\n').filter((name) => name !== '');
  }

  /** Waits until no Job and no pod of a run exists. Throws after a minute. */
  async nothingLeft(): Promise<void> {
    const deadline = AbortSignal.timeout(60_000);
    for (;;) {
      const names = await this.#runObjects('jobs,pods');
      if (names === '') return;
      if (deadline.aborted) throw new Error(`after a minute there are still:\n${names}`);
      await delay(500);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const namespace = ['--namespace', this.namespace];
    await run('helm', ['uninstall', RELEASE, ...namespace]).catch(() => undefined);
    const both = [this.namespace, this.runsNamespace];
    await kubectl('delete', 'namespace', ...both, '--ignore-not-found', '--wait=false');
  }

  #runObjects(kinds: string): Promise<string> {
    return kubectl('--namespace', this.runsNamespace, 'get', kinds, '-o', 'name');
  }

  async #helm(command: 'install' | 'upgrade', settings: readonly string[]): Promise<void> {
    const args = [command, RELEASE, CHART, '--namespace', this.namespace, '--wait', '--timeout', '4m'];
    const standIns = ['--values', join(CHART, 'tests', 'stand-in-values.yaml')];
    await run('helm', [...args, ...standIns, '--values', '-', ...settings], JSON.stringify(this.#values));
  }
}

/** A release with the scripted gateway, which runs on this machine under TEST_HOST. */
export class Installation extends Release {
  readonly gateway: ScriptedGateway;

  private constructor(gateway: ScriptedGateway, values: Record<string, unknown>) {
    super({
      gateway: { enabled: false, external: { url: gateway.baseUrl } },
      networkPolicy: { externalGateway: [{ to: [{ ipBlock: { cidr: `${TEST_HOST}/32` } }] }] },
      ...values,
    });
    this.gateway = gateway;
  }

  static async create({
    values = {},
    gateway: options = DEFAULT_GATEWAY,
  }: InstallOptions = {}): Promise<Installation> {
    const gateway = await startScriptedGateway({ ...options, host: TEST_HOST });
    const installation = new Installation(gateway, values);
    await installation.install();
    return installation;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.gateway.close();
  }
}

export function addressOf(pod: Pod): string {
  return `http://${pod.status.podIP}:3000`;
}

/** Returns the objects that `kubectl get` finds. */
export async function items<T>(...args: string[]): Promise<T[]> {
  const { items: found } = JSON.parse(await kubectl('get', ...args, '-o', 'json')) as { items: T[] };
  return found;
}
