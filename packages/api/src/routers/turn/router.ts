import { router } from '../../trpc.ts';
import { cancel } from './cancel.ts';
import { events } from './events.ts';
import { reveal } from './reveal.ts';
import { submit } from './submit.ts';

export const turnRouter = router({ submit, events, cancel, reveal });
