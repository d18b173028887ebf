// Re-exported here because code outside this folder must not import the Kubernetes backend.
export { JOB_ENV } from '@aideator/k8s/job-env';
