import NextAuth from 'next-auth';
import { authOptions } from '~/server/auth/options.ts';

type Handler = (request: Request, context: RouteContext<'/api/auth/[...nextauth]'>) => Promise<Response>;

const handler: Handler = (request, context) => (NextAuth(authOptions()) as Handler)(request, context);

export { handler as GET, handler as POST };
