import { WEB_ROLE_RULES } from '../web-role.ts';

/** The verb, as the API server names it in a Role. */
export function verbOf(
  { method, query }: { method: string; query: URLSearchParams },
  name: string | undefined,
): string {
  if (method !== 'GET') return method === 'POST' ? 'create' : method.toLowerCase();
  if (name !== undefined) return 'get';
  return query.get('watch') === 'true' ? 'watch' : 'list';
}

/** True for what the web app's Role allows. */
export function isAllowed(verb: string, resource: string | undefined): boolean {
  return WEB_ROLE_RULES.some(
    ({ resources, verbs }) => resource !== undefined && resources.includes(resource) && verbs.includes(verb),
  );
}
