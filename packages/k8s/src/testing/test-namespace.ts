import { randomBytes } from 'node:crypto';
import { isStatus } from '../api-error.ts';
import { type ApiClient, createApiClient } from '../client.ts';
import type { ClusterAccess } from '../cluster-access.ts';
import { kubeconfigAccess } from '../kubeconfig.ts';

const { signal } = new AbortController();

/** A namespace of a test's own, with Pod Security `restricted`, whose backend may do what the web app's Role allows and no more. */
export class TestNamespace implements AsyncDisposable {
  readonly name: string;
  /** As the web app's service account. */
  readonly access: ClusterAccess;
  readonly #admin: ApiClient;

  private constructor(name: string, access: ClusterAccess, admin: ApiClient) {
    this.name = name;
    this.access = access;
    this.#admin = admin;
  }

  static async create(kubeconfig: string): Promise<TestNamespace> {
    const owner = await kubeconfigAccess(kubeconfig);
    const admin = createApiClient(owner);
    const name = `k8s-test-${randomBytes(4).toString('hex')}`;
    await admin.json({ method: 'POST', path: '/api/v1/namespaces', body: namespaceOf(name), signal });
    const core = `/api/v1/namespaces/${name}`;
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}`;
    const post = (path: string, body: object) => admin.json({ method: 'POST', path, body, signal });
    await post(`${core}/serviceaccounts`, { metadata: { name: 'web' } });
    await post(`${rbac}/roles`, { metadata: { name: 'web' }, rules: WEB_RULES });
    await post(`${rbac}/rolebindings`, {
      metadata: { name: 'web' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: name }],
    });
    const { ca, servername } = owner.tls;
    const asked = await post(`${core}/serviceaccounts/web/token`, { spec: { expirationSeconds: 3_600 } });
    const { token } = (asked as { status: { token: string } }).status;
    const access: ClusterAccess = {
      server: owner.server,
      tls: { ...(ca === undefined ? {} : { ca }), ...(servername === undefined ? {} : { servername }) },
      token: { get: async () => token, expire: () => {} },
    };
    return new TestNamespace(name, access, admin);
  }

  /** As the owner of the cluster: a `kind` such as `pods` or `resourcequotas`, with a name or without. */
  async get(kind: string): Promise<Record<string, unknown>[]> {
    const list = await this.#admin.json({ method: 'GET', path: this.#path(kind), signal });
    return (list as { items: Record<string, unknown>[] }).items;
  }

  async create(kind: string, body: object): Promise<void> {
    await this.#admin.json({ method: 'POST', path: this.#path(kind), body, signal });
  }

  async delete(kind: string, name: string): Promise<void> {
    try {
      await this.#admin.json({ method: 'DELETE', path: `${this.#path(kind)}/${name}`, signal });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.json({ method: 'DELETE', path: `/api/v1/namespaces/${this.name}`, signal });
    this.#admin.close();
  }

  #path(kind: string): string {
    const group = kind === 'jobs' ? '/apis/batch/v1' : '/api/v1';
    return `${group}/namespaces/${this.name}/${kind}`;
  }
}

/** The same as the chart gives to the web app. */
const WEB_RULES = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'watch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

function namespaceOf(name: string): object {
  const level = 'restricted';
  return { metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level } } };
}
