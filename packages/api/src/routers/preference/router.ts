import { router } from '../../trpc.ts';
import { amend } from './amend.ts';
import { clear } from './clear.ts';
import { set } from './set.ts';

export const preferenceRouter = router({ set, amend, clear });
