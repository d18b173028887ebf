import type { SessionId } from '@aideator/contract/ids';
import { useMutation } from '@tanstack/react-query';
import { Button } from '~/components/ui/button.tsx';
import { complain } from '~/lib/complain.ts';
import { useTRPCClient } from '~/trpc/client.ts';
import { withOlderTurns } from '../turn/session-cache.ts';
import { useSessionEntry } from '../turn/use-session-entry.ts';

interface EarlierTurnsProps {
  sessionId: SessionId;
  /** The number of the oldest turn that is known. */
  before: number;
}

/** Loads older turns. */
export function EarlierTurns({ sessionId, before }: EarlierTurnsProps) {
  const client = useTRPCClient();
  const entry = useSessionEntry(sessionId);
  const load = useMutation({
    mutationFn: () => client.session.turns.query({ sessionId, before }),
    onSuccess: (page) => entry.change((detail) => withOlderTurns(detail, page)),
    onError: complain('Earlier turns could not be loaded'),
  });
  return (
    <Button variant="ghost" size="sm" disabled={load.isPending} onClick={() => load.mutate()}>
      {load.isPending ? 'Loading earlier turns…' : 'Load earlier turns'}
    </Button>
  );
}
