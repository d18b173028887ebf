import { router } from '../../trpc.ts';
import { signOutEverywhere } from './sign-out-everywhere.ts';
import { signUp } from './sign-up.ts';
import { status } from './status.ts';

export const accountRouter = router({ status, signUp, signOutEverywhere });
