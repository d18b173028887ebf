import { router } from '../../trpc.ts';
import { cancel } from './cancel.ts';
import { retry } from './retry.ts';
import { text } from './text.ts';

export const responseRouter = router({ cancel, retry, text });
