import { router } from '../../trpc.ts';
import { changePassword } from './change-password.ts';
import { signOutEverywhere } from './sign-out-everywhere.ts';
import { signUp } from './sign-up.ts';
import { status } from './status.ts';

export const accountRouter = router({ status, signUp, signOutEverywhere, changePassword });
