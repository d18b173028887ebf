import { AppError } from '@aideator/contract/errors';
import type { FeedEntry } from '@aideator/contract/feed';
import type { ApiDeps } from '../../deps.ts';
import type { WatchParams } from './watch-turn.ts';
import { watchVisible } from './watch-visible.ts';

/**
 * The events of one open stream of a person, paced by the load of all streams of this process. Frames are merged while it
 * waits. Throws `too_many_streams` when a newer stream of the person replaced it, and as `watchVisible` does.
 */
export async function* streamTurn(deps: ApiDeps, params: WatchParams): AsyncGenerator<FeedEntry> {
  const stream = deps.streams.open(params.userId, params.signal);
  try {
    for await (const entry of watchVisible(deps, { ...params, signal: stream.signal })) {
      yield entry;
      await stream.pace();
    }
    if (stream.gaveWay) throw new AppError('too_many_streams', 'a newer stream took the place of this one');
  } finally {
    stream.close();
  }
}
