import 'server-only';
import type { Logger } from '@aideator/api/logger';
import type { Backend } from '@aideator/contract/backend';
import { type ClusterAccess, podAccess } from '@aideator/k8s/cluster-access';
import { kubeconfigAccess } from '@aideator/k8s/kubeconfig';
import { createKubernetesBackend } from '@aideator/k8s/kubernetes-backend';
import { createLocalBackend } from '@aideator/local/backend/local-backend';
import { env } from '~/env';

/** What executes runs, as BACKEND says. Throws an Error that names the setting which is missing. */
export async function createBackend(callbackUrl: string, log: Logger): Promise<Backend> {
  return env.BACKEND === 'kubernetes' ? jobs(callbackUrl, log) : processes(callbackUrl, log);
}

function processes(callbackUrl: string, log: Logger): Backend {
  return createLocalBackend({
    runnerPath: needed('RUNNER_PATH'),
    callbackUrl,
    spareCount: env.LOCAL_SPARE_RUNNERS,
    log: (message, fields) => log.debug(fields, message),
  });
}

async function jobs(callbackUrl: string, log: Logger): Promise<Backend> {
  // The address that this process knows of itself is of no use to a pod.
  needed('CALLBACK_URL');
  return createKubernetesBackend({
    access: await clusterAccess(),
    namespace: needed('RUNS_NAMESPACE'),
    instance: env.RUNS_INSTANCE,
    callbackUrl,
    image: needed('RUNNER_IMAGE'),
    imagePullPolicy: env.RUNNER_IMAGE_PULL_POLICY,
    ...(env.RUNNER_SERVICE_ACCOUNT === undefined ? {} : { serviceAccountName: env.RUNNER_SERVICE_ACCOUNT }),
    resources: {
      requests: { cpu: env.RUNNER_CPU_REQUEST, memory: env.RUNNER_MEMORY_REQUEST },
      limits: { cpu: env.RUNNER_CPU_LIMIT, memory: env.RUNNER_MEMORY_LIMIT },
    },
    log: (message, fields) => log.info(fields, message),
  });
}

async function clusterAccess(): Promise<ClusterAccess> {
  if (env.KUBECONFIG !== undefined) return kubeconfigAccess(env.KUBECONFIG);
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined) throw new Error('BACKEND=kubernetes needs KUBECONFIG, or to run in a pod');
  return podAccess({ host, port });
}

function needed(name: 'RUNNER_PATH' | 'CALLBACK_URL' | 'RUNS_NAMESPACE' | 'RUNNER_IMAGE'): string {
  const value = env[name];
  if (value === undefined) throw new Error(`BACKEND=${env.BACKEND} needs ${name}`);
  return value;
}
