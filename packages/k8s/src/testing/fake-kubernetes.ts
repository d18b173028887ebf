import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterAccess } from '../cluster-access.ts';
import { WEB_ROLE_RULES } from '../web-role.ts';
import { FakeLog } from './fake-log.ts';

interface KubernetesObject {
  metadata: { name: string; uid: string; resourceVersion: string; labels: Record<string, string> } & Record<
    string,
    unknown
  >;
  status?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  body: unknown;
  /** Of the client: one per connection. */
  port: number | undefined;
}

/** Answers instead of the server; `reset` cuts the connection. Undefined: the server answers itself. */
export type Interception = 'reset' | { status: number; body?: object; headers?: Record<string, string> };

/**
 * The part of an API server that the backend talks to, over real HTTP, with what goes wrong. It makes no pods by itself:
 * a test is its Job controller and its kubelet. It lets the web app's Role do what that allows, and refuses everything else.
 */
export class FakeKubernetes implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly jobs = new Map<string, KubernetesObject>();
  readonly pods = new Map<string, KubernetesObject>();
  intercept: (request: SeenRequest) => Interception | undefined = () => undefined;
  /** Between the deletion of a Job and the end of its pods. */
  deleteMs = 0;
  /** Events reach no watch while this is set; the next list tells. */
  isMute = false;
  readonly #server: Server;
  readonly #logs = new Map<string, FakeLog>();
  readonly #watches = new Set<ServerResponse>();
  #events: { version: number; type: string; object: KubernetesObject }[] = [];
  #version = 1_000;
  #oldest = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes();
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get access(): ClusterAccess {
    return { server: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`, tls: {} };
  }

  get watches(): number {
    return this.#watches.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  log(pod: string): FakeLog {
    const log = this.#logs.get(pod) ?? new FakeLog();
    this.#logs.set(pod, log);
    return log;
  }

  /** Makes or changes a pod of a Job. */
  setPod(job: string, status: Record<string, unknown>, name: string = `${job}-pod`): void {
    const labels = this.jobs.get(job)?.metadata.labels ?? {};
    const before = this.pods.get(name);
    const metadata = { name, uid: `uid-${name}`, labels, creationTimestamp: '2026-01-01T00:00:00Z' };
    this.#version += 1;
    const pod = { metadata: { ...metadata, resourceVersion: String(this.#version) }, status };
    this.pods.set(name, pod);
    this.#emit(before ? 'MODIFIED' : 'ADDED', pod);
  }

  removePod(name: string): void {
    const pod = this.pods.get(name);
    if (!pod) return;
    this.pods.delete(name);
    this.#version += 1;
    this.#emit('DELETED', { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#version) } });
  }

  /** Ends all watches, as a restart or a load balancer does. */
  dropWatches(): void {
    for (const response of this.#watches) response.socket?.resetAndDestroy();
  }

  /** Forgets all events up to now: watches from before are told 410. */
  compact(): void {
    this.#oldest = this.#version;
    this.#events = [];
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const url = new URL(request.url ?? '', 'http://test');
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      body: text === '' ? undefined : JSON.parse(text),
      port: request.socket.remotePort,
    };
    this.requests.push(seen);
    const instead = this.intercept(seen);
    if (instead === 'reset') return void request.socket.resetAndDestroy();
    if (instead)
      return send(response, instead.status, { body: instead.body ?? {}, headers: instead.headers });
    this.#route(seen, request, response);
  }

  #route(seen: SeenRequest, request: IncomingMessage, response: ServerResponse): void {
    const [, kind, name, part] = /\/(jobs|pods)(?:\/([^/]+))?(?:\/(log))?$/.exec(seen.path) ?? [];
    const objects = kind === 'jobs' ? this.jobs : this.pods;
    const found = name === undefined ? undefined : objects.get(name);
    const resource = part === undefined ? kind : `${kind}/${part}`;
    if (!isAllowed(verbOf(seen, name), resource)) notOk(response, 403, 'Forbidden');
    else if (seen.method === 'POST') this.#create(seen.body as KubernetesObject, response);
    else if (name === undefined && seen.query.get('watch') === 'true') this.#watch(seen.query, response);
    else if (name === undefined) this.#list([...objects.values()], seen.query, response);
    else if (!found) notOk(response, 404, 'NotFound');
    else if (part === 'log') this.log(name).serve(request, response);
    else if (seen.method === 'DELETE') this.#delete(name, seen.body, response);
    else send(response, 200, { body: found });
  }

  #list(all: KubernetesObject[], query: URLSearchParams, response: ServerResponse): void {
    const selector = query.get('labelSelector') || undefined;
    const wanted = selector?.split(',').map((term) => term.split('=')) ?? [];
    const items = all.filter(({ metadata }) =>
      wanted.every(([label = '', value]) => metadata.labels[label] === value),
    );
    send(response, 200, { body: { metadata: { resourceVersion: String(this.#version) }, items } });
  }

  #create(job: KubernetesObject, response: ServerResponse): void {
    const { name } = job.metadata;
    if (this.jobs.has(name)) {
      notOk(response, 409, 'AlreadyExists');
      return;
    }
    this.#version += 1;
    const metadata = { ...job.metadata, uid: `uid-${name}`, resourceVersion: String(this.#version) };
    this.jobs.set(name, { ...job, metadata });
    send(response, 201, { body: { ...job, metadata } });
  }

  /** Pods go only when that is asked for in the body, as in the real one. */
  #delete(name: string, body: unknown, response: ServerResponse): void {
    this.jobs.delete(name);
    const isBackground = JSON.stringify(body)?.includes('"propagationPolicy":"Background"');
    if (isBackground) setTimeout(() => this.removePod(`${name}-pod`), this.deleteMs);
    send(response, 200, { body: { kind: 'Status', status: 'Success' } });
  }

  #watch(query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const since = Number(query.get('resourceVersion'));
    if (since < this.#oldest) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    const end = setTimeout(() => response.end(), Number(query.get('timeoutSeconds')) * 1_000);
    this.#watches.add(response);
    response.on('close', () => {
      clearTimeout(end);
      this.#watches.delete(response);
    });
    for (const event of this.#events) if (event.version > since) write(response, event);
  }

  #emit(type: string, object: KubernetesObject): void {
    if (this.isMute) return;
    const event = { version: this.#version, type, object };
    this.#events.push(event);
    for (const response of this.#watches) write(response, event);
  }
}

/** As the API server names what is asked for. */
function verbOf({ method, query }: SeenRequest, name: string | undefined): string {
  if (method !== 'GET') return method === 'POST' ? 'create' : method.toLowerCase();
  if (name !== undefined) return 'get';
  return query.get('watch') === 'true' ? 'watch' : 'list';
}

function isAllowed(verb: string, resource: string | undefined): boolean {
  return WEB_ROLE_RULES.some(
    ({ resources, verbs }) => resource !== undefined && resources.includes(resource) && verbs.includes(verb),
  );
}

function write(response: ServerResponse, { type, object }: { type: string; object: unknown }): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function send(
  response: ServerResponse,
  status: number,
  { body, headers }: { body: object; headers?: Record<string, string> | undefined },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function notOk(response: ServerResponse, code: number, reason: string): void {
  send(response, code, { body: { kind: 'Status', code, reason, message: reason } });
}
