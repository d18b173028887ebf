'use client';

import type { ProviderKeyView } from '@aideator/contract/views';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '~/components/ui/button.tsx';
import { Input } from '~/components/ui/input.tsx';
import { Label } from '~/components/ui/label.tsx';
import { isComposing } from '~/lib/composing.ts';
import { type ErrorText, errorText } from '~/lib/errors.ts';
import { useProviderKey } from './use-provider-key.ts';

interface KeyFormProps {
  view: ProviderKeyView;
  onClose: () => void;
}

function problemText({ code, text, detail }: ErrorText, view: ProviderKeyView): string {
  if (code === 'invalid_input')
    return `This does not look like a key of ${view.providerName} (${view.keyHint}).`;
  return detail === undefined ? text : `${text} (${detail})`;
}

/** The key is kept only in the input element, which is cleared once the key is saved. */
export function KeyForm({ view, onClose }: KeyFormProps) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { save } = useProviderKey(view.provider);
  const id = `key-${view.provider}`;

  useEffect(() => input.current?.focus(), []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const element = input.current;
    const key = element?.value.trim() ?? '';
    if (!element || key === '') return setProblem(`Paste the key first (${view.keyHint}).`);
    setBusy(true);
    setProblem(null);
    try {
      await save(key);
      element.value = '';
      toast.success(`${view.providerName} key saved`);
      onClose();
    } catch (error) {
      setProblem(problemText(errorText(error), view));
      setBusy(false);
      element.focus();
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape' && !isComposing(event.nativeEvent)) onClose();
  }

  return (
    <form onSubmit={submit} method="post" autoComplete="off" noValidate className="mt-3 grid gap-2 pb-1">
      <Label htmlFor={id}>{view.lastFour === null ? 'Your key' : 'New key'}</Label>
      <div className="flex flex-wrap gap-2">
        <Input
          ref={input}
          id={id}
          type="password"
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="none"
          spellCheck={false}
          data-1p-ignore
          data-lpignore="true"
          maxLength={512}
          className="h-9 touch:h-10 min-w-48 flex-1 max-sm:basis-full font-mono text-sm"
          aria-invalid={problem !== null}
          aria-describedby={`${id}-note`}
          onKeyDown={onKeyDown}
        />
        <Button type="submit" disabled={busy}>
          {busy ? 'Saving' : 'Save key'}
        </Button>
        <Button variant="ghost" onClick={onClose} disabled={busy}>
          Cancel
        </Button>
      </div>
      <p
        id={`${id}-note`}
        role={problem === null ? undefined : 'alert'}
        className={
          problem === null ? 'text-[0.8125rem] text-muted-foreground' : 'text-[0.8125rem] text-destructive'
        }
      >
        {problem ?? `${view.providerName} keys: ${view.keyHint}.`}
      </p>
    </form>
  );
}
