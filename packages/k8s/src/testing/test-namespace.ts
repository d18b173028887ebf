import { randomBytes } from 'node:crypto';
import { isStatus } from '../api-error.ts';
import { type ApiClient, createApiClient } from '../client.ts';
import type { ClusterAccess } from '../cluster-access.ts';
import { kubeconfigAccess } from '../kubeconfig.ts';
import { pause } from '../pause.ts';
import { type RoleRule, WEB_ROLE_RULES } from '../web-role.ts';

const { signal } = new AbortController();
/** Until the API server goes by a new Role. */
const ROLE_WAIT_MS = 10_000;

/** A namespace of a test's own, with Pod Security `restricted`, whose backend may do what the web app's Role allows and no more. */
export class TestNamespace implements AsyncDisposable {
  readonly name: string;
  /** As the web app's service account. */
  readonly access: ClusterAccess;
  readonly #owner: Owner;

  private constructor(name: string, access: ClusterAccess, owner: Owner) {
    this.name = name;
    this.access = access;
    this.#owner = owner;
  }

  static async create(kubeconfig: string): Promise<TestNamespace> {
    const access = await kubeconfigAccess(kubeconfig);
    const owner = { access, client: createApiClient(access) };
    const name = `k8s-test-${randomBytes(4).toString('hex')}`;
    await owner.client.json({ method: 'POST', path: '/api/v1/namespaces', body: namespaceOf(name), signal });
    return new TestNamespace(name, await newAccount(owner, name, WEB_ROLE_RULES), owner);
  }

  /** As a new service account that may do this and no more. */
  accessWith(rules: readonly RoleRule[]): Promise<ClusterAccess> {
    return newAccount(this.#owner, this.name, rules);
  }

  /** As the owner of the cluster: a `kind` such as `pods` or `resourcequotas`, with a name or without. */
  async get(kind: string): Promise<Record<string, unknown>[]> {
    const list = await this.#owner.client.json({ method: 'GET', path: this.#path(kind), signal });
    return (list as { items: Record<string, unknown>[] }).items;
  }

  async create(kind: string, body: object): Promise<void> {
    await this.#owner.client.json({ method: 'POST', path: this.#path(kind), body, signal });
  }

  async delete(kind: string, name: string): Promise<void> {
    try {
      await this.#owner.client.json({ method: 'DELETE', path: `${this.#path(kind)}/${name}`, signal });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owner.client.json({ method: 'DELETE', path: `/api/v1/namespaces/${this.name}`, signal });
    this.#owner.client.close();
  }

  #path(kind: string): string {
    const group = kind === 'jobs' ? '/apis/batch/v1' : '/api/v1';
    return `${group}/namespaces/${this.name}/${kind}`;
  }
}

interface Owner {
  access: ClusterAccess;
  client: ApiClient;
}

async function newAccount(
  owner: Owner,
  namespace: string,
  rules: readonly RoleRule[],
): Promise<ClusterAccess> {
  const core = `/api/v1/namespaces/${namespace}`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const name = `web-${randomBytes(4).toString('hex')}`;
  const post = (path: string, body: object) => owner.client.json({ method: 'POST', path, body, signal });
  await post(`${core}/serviceaccounts`, { metadata: { name } });
  await post(`${rbac}/roles`, { metadata: { name }, rules });
  await post(`${rbac}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  await untilAllowed(owner, { namespace, name }, rules);
  const { ca, servername } = owner.access.tls;
  const asked = await post(`${core}/serviceaccounts/${name}/token`, { spec: { expirationSeconds: 3_600 } });
  const { token } = (asked as { status: { token: string } }).status;
  return {
    server: owner.access.server,
    tls: { ...(ca === undefined ? {} : { ca }), ...(servername === undefined ? {} : { servername }) },
    token: { get: async () => token, expire: () => {} },
  };
}

/** The API server learns of a Role with its first right, or of none of it. */
async function untilAllowed(
  owner: Owner,
  { namespace, name }: { namespace: string; name: string },
  rules: readonly RoleRule[],
): Promise<void> {
  const [group, resource, verb] = [rules[0]?.apiGroups[0], rules[0]?.resources[0], rules[0]?.verbs[0]];
  const body = {
    spec: {
      user: `system:serviceaccount:${namespace}:${name}`,
      resourceAttributes: { namespace, group, resource, verb },
    },
  };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const late = AbortSignal.timeout(ROLE_WAIT_MS);
  for (;;) {
    const answer = await owner.client.json({ method: 'POST', path, body, signal: late });
    if ((answer as { status: { allowed: boolean } }).status.allowed) return;
    await pause(20, late);
  }
}

function namespaceOf(name: string): object {
  const level = 'restricted';
  return { metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level } } };
}
