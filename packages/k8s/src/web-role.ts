/** A rule of a Kubernetes Role. */
export interface RoleRule {
  apiGroups: readonly string[];
  resources: readonly string[];
  verbs: readonly string[];
}

/**
 * The rights of the web app in the namespace for runs: exactly those that kubernetes-api.ts needs. The chart's Role has the same
 * rules.
 */
export const WEB_ROLE_RULES: readonly RoleRule[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];
