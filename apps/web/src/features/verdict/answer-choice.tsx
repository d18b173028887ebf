import type { ResponseView } from '@aideator/contract/views';
import { CheckIcon } from 'lucide-react';
import { accentStyle } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { useTurnScope } from '../turn/turn-context.tsx';

const CHOICE_CLASS =
  'flex h-9 touch:h-11 w-full cursor-pointer items-center gap-2.5 rounded-lg px-2 text-left text-sm transition-colors hover:bg-hover';

function Name({ response }: { response: ResponseView }) {
  const { accentOf } = useTurnScope();
  return (
    <>
      <span
        aria-hidden="true"
        style={accentStyle(accentOf(response))}
        className="size-2 shrink-0 rounded-full bg-(--panel-accent)"
      />
      <span className="truncate">{response.modelName}</span>
    </>
  );
}

interface AnswerCheckboxProps {
  response: ResponseView;
  checked: boolean;
  onChange: () => void;
}

/** An answer of which several can be picked. */
export function AnswerCheckbox({ response, checked, onChange }: AnswerCheckboxProps) {
  return (
    <label className={cn(CHOICE_CLASS, checked && 'bg-hover')}>
      <input
        type="checkbox"
        checked={checked}
        onChange={onChange}
        className="size-4 shrink-0 accent-(--brand)"
      />
      <Name response={response} />
    </label>
  );
}

interface AnswerButtonProps {
  response: ResponseView;
  pressed: boolean;
  onClick: () => void;
}

/** An answer that one click picks. No radio button: the arrow keys would pick every answer on their way. */
export function AnswerButton({ response, pressed, onClick }: AnswerButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={cn(CHOICE_CLASS, pressed && 'bg-hover')}
    >
      <Name response={response} />
      {pressed && <CheckIcon aria-hidden="true" className="ml-auto size-4 shrink-0" />}
    </button>
  );
}
