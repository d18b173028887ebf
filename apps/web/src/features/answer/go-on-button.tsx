import type { ResponseView } from '@aideator/contract/views';
import { CornerDownRightIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { Tooltip } from '~/components/ui/tooltip.tsx';
import { goOnWith } from '../turn/go-on.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { responseNow } from '../turn/use-response.ts';

/** Asks the model of a cut answer for the rest. Only the newest turn can go on. */
export function GoOnButton({ response }: { response: ResponseView }) {
  const { turn, store, goOn } = useTurnScope();
  const how = goOnWith(turn, response.responseId, (id) => responseNow(store, id).text !== '');
  if (!goOn || !how) return null;
  return (
    <Tooltip content={turn.active ? 'Possible once all answers are done' : 'Ask the model for the rest'}>
      <Button
        variant="outline"
        size="sm"
        className="ml-auto h-7 px-2"
        disabled={turn.active}
        focusableWhenDisabled
        onClick={() => goOn(response, how)}
      >
        <CornerDownRightIcon className="size-3.5" />
        Go on <span className="sr-only">with {response.modelName}</span>
      </Button>
    </Tooltip>
  );
}
