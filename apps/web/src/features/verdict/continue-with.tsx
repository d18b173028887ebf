import { bestOf } from '@aideator/contract/ballots';
import type { PreferenceView } from '@aideator/contract/views';
import { Button } from '~/components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from '~/components/ui/dropdown-menu.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { useTurnScope } from '../turn/turn-context.tsx';

/** After several answers were called equally good: asks with which one the chat continues. */
export function ContinueWith({ preference }: { preference: PreferenceView }) {
  const { turn, actions, accentOf } = useTurnScope();
  const best = turn.responses.filter(({ responseId }) => bestOf(preference).includes(responseId));
  const chosen = best.find(({ responseId }) => responseId === preference.continueWith);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        render={<Button variant="outline" size="sm" className="h-7 min-w-0 max-w-52 shrink px-2.5" />}
      >
        <span className="truncate">
          {chosen ? (
            <>
              <span className="@max-[40rem]/verdict:sr-only">Continue with </span>
              {chosen.modelName}
            </>
          ) : (
            'Continue with …'
          )}
        </span>
      </DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="end" className="max-w-[calc(100vw-2rem)]">
        <DropdownMenuRadioGroup
          value={preference.continueWith}
          onValueChange={(responseId) => actions.continueWith(responseId)}
        >
          {best.map((response) => (
            <DropdownMenuRadioItem
              key={response.responseId}
              value={response.responseId}
              closeOnClick
              style={accentStyle(accentOf(response))}
            >
              <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-(--panel-accent)" />
              <span className="truncate">{response.modelName}</span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
