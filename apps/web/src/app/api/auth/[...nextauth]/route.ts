import NextAuth from 'next-auth';
import { authOptions } from '~/server/auth/options.ts';
import { browserOf } from '~/server/auth/sign-in-client.ts';

type Handler = (request: Request, context: RouteContext<'/api/auth/[...nextauth]'>) => Promise<Response>;

/** Those of next-auth's actions that sign-in needs. Its `_log` would write into the log what anybody sends. */
const ACTIONS: ReadonlySet<string> = new Set([
  'callback',
  'csrf',
  'error',
  'providers',
  'session',
  'signin',
  'signout',
]);

const handler: Handler = async (request, context) => {
  const [action = ''] = (await context.params).nextauth;
  if (!ACTIONS.has(action)) return new Response(null, { status: 404 });
  const browser = browserOf(request.headers);
  let hasSignedIn = false;
  const onSignIn = (): void => {
    hasSignedIn = true;
  };
  const response = await (NextAuth(authOptions(browser, { onSignIn })) as Handler)(request, context);
  if (!hasSignedIn) return response;
  const { body, status, headers } = response;
  const answer = new Response(body, { status, headers });
  answer.headers.append('set-cookie', browser.deviceCookie);
  return answer;
};

export { handler as GET, handler as POST };
