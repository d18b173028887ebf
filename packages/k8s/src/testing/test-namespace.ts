import { randomBytes } from 'node:crypto';
import {
  AuthorizationV1Api,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type V1Job,
  type V1Pod,
  type V1ResourceQuota,
} from '@kubernetes/client-node';
import { isStatus } from '../api-error.ts';
import { type ApiClient, createApiClient } from '../client.ts';
import { kubeConfigFiles, type LoadKubeConfig } from '../kube-config.ts';
import { configurationOf } from '../kubernetes-api.ts';
import { pause } from '../pause.ts';
import { type RoleRule, WEB_ROLE_RULES } from '../web-role.ts';

const { signal } = new AbortController();
/** How long the API server may take to apply a new Role. */
const ROLE_WAIT_MS = 10_000;

/** A namespace of a test's own, with Pod Security `restricted`, and an account with exactly the rights of the web app. */
export class TestNamespace implements AsyncDisposable {
  readonly name: string;
  /** Credentials of the web app's service account. */
  readonly loadConfig: LoadKubeConfig;
  readonly #owner: Owner;

  private constructor(name: string, loadConfig: LoadKubeConfig, owner: Owner) {
    this.name = name;
    this.loadConfig = loadConfig;
    this.#owner = owner;
  }

  static async create(kubeconfig: string): Promise<TestNamespace> {
    const owner = new Owner(kubeConfigFiles(kubeconfig));
    const name = `k8s-test-${randomBytes(4).toString('hex')}`;
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await owner.core.createNamespace({ body: { metadata: { name, labels } } });
    return new TestNamespace(name, await newAccount(owner, name, WEB_ROLE_RULES), owner);
  }

  /** Creates a service account with these rights and no others. */
  configWith(rules: readonly RoleRule[]): Promise<LoadKubeConfig> {
    return newAccount(this.#owner, this.name, rules);
  }

  async jobs(): Promise<V1Job[]> {
    return (await this.#owner.batch.listNamespacedJob({ namespace: this.name })).items;
  }

  async pods(): Promise<V1Pod[]> {
    return (await this.#owner.core.listNamespacedPod({ namespace: this.name })).items;
  }

  async quotas(): Promise<V1ResourceQuota[]> {
    return (await this.#owner.core.listNamespacedResourceQuota({ namespace: this.name })).items;
  }

  /** `hard` as Kubernetes writes it: `{ pods: '2' }`. */
  async createQuota(name: string, hard: Record<string, string>): Promise<void> {
    const body = { metadata: { name }, spec: { hard } };
    await this.#owner.core.createNamespacedResourceQuota({ namespace: this.name, body });
  }

  async deleteQuota(name: string): Promise<void> {
    await unlessGone(this.#owner.core.deleteNamespacedResourceQuota({ namespace: this.name, name }));
  }

  async deletePod(name: string): Promise<void> {
    await unlessGone(this.#owner.core.deleteNamespacedPod({ namespace: this.name, name }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owner.core.deleteNamespace({ name: this.name });
    this.#owner.client.close();
  }
}

/** A client with all rights in the cluster. */
class Owner {
  readonly client: ApiClient;
  readonly loadConfig: LoadKubeConfig;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly authorization: AuthorizationV1Api;

  constructor(loadConfig: LoadKubeConfig) {
    this.loadConfig = loadConfig;
    this.client = createApiClient(loadConfig);
    const configuration = configurationOf(this.client, signal);
    this.core = new CoreV1Api(configuration);
    this.batch = new BatchV1Api(configuration);
    this.rbac = new RbacAuthorizationV1Api(configuration);
    this.authorization = new AuthorizationV1Api(configuration);
  }
}

async function newAccount(
  owner: Owner,
  namespace: string,
  rules: readonly RoleRule[],
): Promise<LoadKubeConfig> {
  const name = `web-${randomBytes(4).toString('hex')}`;
  const metadata = { name };
  await owner.core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  await owner.rbac.createNamespacedRole({ namespace, body: { metadata, rules: rules.map(toMutable) } });
  await owner.rbac.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  });
  await untilAllowed(owner, { namespace, name }, rules);
  const { status } = await owner.core.createNamespacedServiceAccountToken({
    namespace,
    name,
    body: { spec: { audiences: [], expirationSeconds: 3_600 } },
  });
  if (!status?.token) throw new Error(`the API server gave no token for ${name}`);
  return withToken(owner.loadConfig, status.token);
}

/** The same cluster, for the bearer of a token. */
function withToken(loadConfig: LoadKubeConfig, token: string): LoadKubeConfig {
  return () => {
    const cluster = loadConfig().getCurrentCluster();
    if (!cluster) throw new Error('the kubeconfig has no cluster');
    const config = new KubeConfig();
    config.loadFromClusterAndUser(cluster, { name: 'web', token });
    return config;
  };
}

/** Waits for the first right: the API server applies a Role as a whole. */
async function untilAllowed(
  { authorization }: Owner,
  { namespace, name }: { namespace: string; name: string },
  rules: readonly RoleRule[],
): Promise<void> {
  const [group, resource, verb] = [rules[0]?.apiGroups[0], rules[0]?.resources[0], rules[0]?.verbs[0]];
  const resourceAttributes = {
    namespace,
    ...(group === undefined ? {} : { group }),
    ...(resource === undefined ? {} : { resource }),
    ...(verb === undefined ? {} : { verb }),
  };
  const body = { spec: { user: `system:serviceaccount:${namespace}:${name}`, resourceAttributes } };
  const late = AbortSignal.timeout(ROLE_WAIT_MS);
  for (;;) {
    const { status } = await authorization.createSubjectAccessReview({ body });
    if (status?.allowed) return;
    late.throwIfAborted();
    await pause(20, late);
  }
}

function toMutable({ apiGroups, resources, verbs }: RoleRule) {
  return { apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] };
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}
