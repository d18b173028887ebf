import 'server-only';
import type { Logger } from '@aideator/api/logger';
import type { Backend } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { jobSettingsOf } from '@aideator/k8s/job-env';
import type { LoadKubeConfig } from '@aideator/k8s/kube-config';
import { createLocalBackend } from '@aideator/local/backend/local-backend';
import { env } from '~/env';

/** Creates the backend that BACKEND names. Throws an Error that names the missing setting or the kubeconfig's fault. */
export async function createBackend(callbackUrl: string, log: Logger): Promise<Backend> {
  return env.BACKEND === 'kubernetes' ? kubernetesBackend(callbackUrl, log) : localBackend(callbackUrl, log);
}

function localBackend(callbackUrl: string, log: Logger): Backend {
  return createLocalBackend({
    runnerPath: required('RUNNER_PATH'),
    callbackUrl,
    prewarmedCount: env.LOCAL_PREWARMED_RUNNERS,
    log: (message, fields) => log.debug(fields, message),
  });
}

async function kubernetesBackend(callbackUrl: string, log: Logger): Promise<Backend> {
  // Pods cannot reach the address under which this process listens.
  required('CALLBACK_URL');
  // Loading its client takes 0.6 s and 90 MB; the local backend must not pay for it.
  const { createKubernetesBackend } = await import('@aideator/k8s/kubernetes-backend');
  return createKubernetesBackend({
    loadConfig: await clusterConfig(),
    namespace: required('RUNS_NAMESPACE'),
    callbackUrl,
    image: required('RUNNER_IMAGE'),
    ...jobSettingsOf(env),
    log: (message, fields) => log.info(fields, message),
  });
}

async function clusterConfig(): Promise<LoadKubeConfig> {
  const { kubeConfigFiles, podKubeConfig } = await import('@aideator/k8s/kube-config');
  if (env.KUBECONFIG !== undefined) return kubeConfigFiles(env.KUBECONFIG, env.KUBECONFIG_CONTEXT);
  if (env.KUBERNETES_SERVICE_HOST === undefined) {
    throw new AppError('internal', 'BACKEND=kubernetes needs KUBECONFIG, unless this process runs in a pod');
  }
  return podKubeConfig();
}

function required(name: 'RUNNER_PATH' | 'CALLBACK_URL' | 'RUNS_NAMESPACE' | 'RUNNER_IMAGE'): string {
  const value = env[name];
  if (value === undefined) throw new AppError('internal', `BACKEND=${env.BACKEND} needs ${name}`);
  return value;
}
