import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KubeConfig, type User } from '@kubernetes/client-node';
import type { LoadKubeConfig } from '../kube-config.ts';
import { certificateNameOf, certificatePath, reset, tlsOptions } from './connections.ts';
import { FakeLog } from './fake-log.ts';
import { notOk, send, write } from './responses.ts';
import { isAllowed, verbOf } from './rights.ts';

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
  /** The common name of the client certificate. */
  certificateName: string | undefined;
  body: unknown;
  /** The client's port: one per connection. */
  port: number | undefined;
}

/** Replaces the server's own response: `reset` cuts the connection, `silent` never responds, `half` stops after the head. */
export type Interception =
  | 'reset'
  | 'silent'
  | 'half'
  | { status: number; body?: object; headers?: Record<string, string> };

/**
 * The part of an API server that the backend uses, over real HTTP, with faults. It creates no pods: the test plays the Job
 * controller and the kubelet. It allows what the web app's Role allows, and refuses everything else.
 */
export class FakeKubernetes implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly jobs = new Map<string, KubernetesObject>();
  readonly pods = new Map<string, KubernetesObject>();
  intercept: (request: SeenRequest) => Interception | undefined = () => undefined;
  /** The time between the deletion of a Job and the end of its pods. */
  deleteMs = 0;
  /** While this is set, events reach no watch; the next list shows the change. */
  isMute = false;
  /** While this is set, a watch lasts longer than requested. */
  watchesNeverEnd = false;
  /** How many objects a page of a list holds. */
  pageSize = 1_000;
  readonly #server: Server;
  readonly #isTls: boolean;
  readonly #logs = new Map<string, FakeLog>();
  readonly #watches = new Set<ServerResponse>();
  #events: { version: number; type: string; object: KubernetesObject }[] = [];
  #version = 1_000;
  #oldest = 0;

  private constructor(isTls: boolean) {
    const respond = (request: IncomingMessage, response: ServerResponse) =>
      void this.#respond(request, response);
    this.#isTls = isTls;
    this.#server = isTls ? createTlsServer(tlsOptions(), respond) : createServer(respond);
  }

  static async start({ isTls = false } = {}): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes(isTls);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#isTls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  /** A config of this server for a user, who has no credentials by default. */
  configFor(user: Omit<User, 'name'> = {}): LoadKubeConfig {
    return () => {
      const config = new KubeConfig();
      const tls = this.#isTls ? { caFile: certificatePath('ca.crt') } : { skipTLSVerify: true };
      config.loadFromClusterAndUser(
        { name: 'fake', server: this.url, skipTLSVerify: false, ...tls },
        { name: 'user', ...user },
      );
      return config;
    };
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

  /** Creates or changes a pod of a Job. */
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
    for (const { socket } of this.#watches) if (socket) reset(socket);
  }

  /** Ends all watches after what they were sent, as the API server does when their time is over. */
  endWatches(): void {
    for (const response of this.#watches) response.end();
  }

  /** Forgets all events up to now: a watch from an earlier version gets 410. */
  compact(): void {
    this.#oldest = this.#version;
    this.#events = [];
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const url = new URL(request.url ?? '', 'http://test');
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.authorization,
      certificateName: certificateNameOf(request),
      body: text === '' ? undefined : JSON.parse(text),
      port: request.socket.remotePort,
    };
    this.requests.push(seen);
    const instead = this.intercept(seen);
    if (instead === 'reset') return reset(request.socket);
    if (instead === 'silent') return;
    if (instead === 'half') return response.writeHead(200).flushHeaders();
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
    const from = Number(query.get('continue') ?? 0);
    const to = from + this.pageSize;
    const rest = to < items.length ? { continue: String(to) } : {};
    const metadata = { resourceVersion: String(this.#version), ...rest };
    send(response, 200, { body: { metadata, items: items.slice(from, to) } });
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

  /** As in a real API server, the pods go only when the body asks for it. */
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
    const seconds = this.watchesNeverEnd ? 60 : Number(query.get('timeoutSeconds'));
    const end = setTimeout(() => response.end(), seconds * 1_000);
    this.#watches.add(response);
    response.on('close', () => {
      clearTimeout(end);
      this.#watches.delete(response);
    });
    for (const event of this.#events) if (event.version > since) write(response, event);
  }

  /** Sends a bookmark to all watches: the current version, without a change. */
  bookmark(): void {
    this.#version += 1;
    const object = { metadata: { resourceVersion: String(this.#version) } };
    for (const response of this.#watches) write(response, { type: 'BOOKMARK', object });
  }

  #emit(type: string, object: KubernetesObject): void {
    if (this.isMute) return;
    const event = { version: this.#version, type, object };
    this.#events.push(event);
    for (const response of this.#watches) write(response, event);
  }
}
