'use client';

import { BLIND_MODELS_MIN } from '@aideator/contract/blind';
import { peopleText } from '@aideator/contract/errors';
import type { ResponseId, SessionId, UserId } from '@aideator/contract/ids';
import type { RevealPace, TurnMode } from '@aideator/contract/statuses';
import { ArrowUpIcon, LoaderCircleIcon, SquareIcon } from 'lucide-react';
import { type Ref, useEffect, useEffectEvent, useId, useImperativeHandle, useRef, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { ModelPicker } from '../model-picker/model-picker.tsx';
import type { ModelSelection } from '../model-picker/use-model-selection.ts';
import { BlindSwitch } from './blind-switch.tsx';
import { GatewayNotice, SendError } from './composer-notes.tsx';
import { NEW_CHAT } from './draft-storage.ts';
import { ModeSwitch } from './mode-switch.tsx';
import { PromptField, type PromptFieldHandle } from './prompt-field.tsx';
import { promptLength } from './prompt-length.ts';
import { useBlindChoice } from './use-blind-choice.ts';
import { useDraft } from './use-draft.ts';
import { type Submitted, useSubmitTurn } from './use-submit-turn.ts';

export interface ComposerHandle {
  /** Puts a text into the field. */
  suggest: (text: string) => void;
}

export interface ComposerContinuation {
  responseId: ResponseId;
  modelId: string;
  modelName: string;
  /** CSS colour. */
  accent: string;
}

interface ComposerProps {
  userId: UserId;
  sessionId: SessionId | undefined;
  selection: ModelSelection;
  /** The pace of the session's last comparison; null if it was not blind. */
  lastPace: RevealPace | null | undefined;
  continuation: ComposerContinuation | undefined;
  /** Set while a turn is active. */
  running: { cancelAll: () => void; cancelling: boolean } | undefined;
  /** Called when the person starts to write. */
  onWriting: () => void;
  onSubmitted: (result: Submitted) => void;
  ref?: Ref<ComposerHandle>;
}

/** Why a prompt cannot be sent; `undefined` when it can. */
function refusal(
  text: string,
  models: number,
  isBlind: boolean,
): Parameters<typeof peopleText>[0] | undefined {
  if (text.trim() === '') return 'prompt_empty';
  if (promptLength(text).tooLong) return 'prompt_too_long';
  if (models === 0) return 'models_missing';
  if (isBlind && models < BLIND_MODELS_MIN) return 'blind_needs_models';
  return undefined;
}

/** The prompt field, with the choice of models and of the mode. */
export function Composer(props: ComposerProps) {
  const { userId, sessionId, selection, continuation, running, onSubmitted } = props;
  const draft = useDraft(userId, sessionId ?? NEW_CHAT);
  const [wanted, setWanted] = useState<TurnMode>();
  const mode: TurnMode = continuation && wanted !== 'compare' ? 'continue' : 'compare';
  const submit = useSubmitTurn(draft, (result) => {
    if (mode === 'compare') selection.remember();
    setWanted(undefined);
    onSubmitted(result);
  });
  const blind = useBlindChoice(sessionId ?? NEW_CHAT, props.lastPace);
  const [refused, setRefused] = useState<Parameters<typeof peopleText>[0]>();
  /** A prompt that was sent before the models were loaded. It is submitted once they are. */
  const [queued, setQueued] = useState(false);
  const field = useRef<PromptFieldHandle>(null);
  const noteId = useId();
  useImperativeHandle(
    props.ref,
    () => ({
      suggest: (text) => {
        draft.setText(text);
        field.current?.focus();
      },
    }),
    [draft],
  );

  const models = mode === 'continue' ? 1 : selection.ids.length;
  const send = () => {
    if (running || submit.sending) return;
    const reason = refusal(draft.text, models, mode === 'compare' && blind.pace !== null);
    if (reason === 'models_missing' && selection.loading) {
      setQueued(true);
      return;
    }
    setRefused(reason === 'prompt_empty' ? undefined : reason);
    if (reason !== undefined) return;
    const content = { sessionId, prompt: draft.text };
    if (mode === 'continue' && continuation)
      submit.send({ ...content, mode, responseId: continuation.responseId });
    else
      submit.send({
        ...content,
        mode: 'compare',
        panels: blind.order(selection.ids).map((modelId) => ({ modelId })),
        blind: blind.pace === null ? undefined : { pace: blind.pace },
      });
  };
  const sendNow = useEffectEvent(send);
  useEffect(() => {
    if (!queued || selection.loading) return;
    setQueued(false);
    sendNow();
  }, [queued, selection.loading]);
  const writing = draft.text !== '';
  const announceWriting = useEffectEvent(props.onWriting);
  useEffect(() => {
    if (writing) announceWriting();
  }, [writing]);
  const error = refused ? { code: refused, text: peopleText(refused), detail: undefined } : submit.error;
  const { note, tooLong } = promptLength(draft.text);

  return (
    <div className="mx-auto w-full max-w-3xl">
      {selection.gatewayUnreachable && (
        <GatewayNotice retrying={selection.loading} onRetry={selection.reload} />
      )}
      {error && <SendError id={noteId} error={error} />}
      <form
        aria-label="New prompt"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        className={cn(
          'rounded-2xl border border-input bg-card shadow-raised transition-[border-color,box-shadow] duration-150',
          'focus-within:border-ring/60 focus-within:ring-3 focus-within:ring-ring/15',
          error &&
            'rounded-t-none border-destructive/40 focus-within:border-destructive/40 focus-within:ring-0',
        )}
      >
        <PromptField
          ref={field}
          value={draft.text}
          onChange={(text) => {
            draft.setText(text);
            setRefused(undefined);
            if (submit.error) submit.clearError();
          }}
          onSend={send}
          invalid={error !== undefined || tooLong}
          describedBy={error ? noteId : undefined}
          placeholder={placeholder(
            mode === 'continue' ? continuation?.modelName : undefined,
            selection.ids.length,
          )}
        />
        <div className="flex items-center gap-1.5 px-2 pt-0.5 pb-2">
          {continuation && (
            <ModeSwitch
              mode={mode}
              onChange={setWanted}
              modelName={continuation.modelName}
              accent={continuation.accent}
              compareCount={selection.ids.length}
            />
          )}
          {mode === 'compare' && <ModelPicker selection={selection} compact={continuation !== undefined} />}
          {mode === 'compare' && <BlindSwitch pace={blind.pace} onChange={blind.choose} />}
          <span className="ml-auto" />
          {note && (
            <span className={cn('figures text-2xs', tooLong ? 'text-destructive' : 'text-muted-foreground')}>
              {note}
            </span>
          )}
          {running ? (
            <CancelAllButton {...running} />
          ) : (
            <SendButton empty={draft.text.trim() === ''} sending={submit.sending || queued} count={models} />
          )}
        </div>
      </form>
    </div>
  );
}

function placeholder(continued: string | undefined, models: number): string {
  if (continued !== undefined) return `Continue with ${continued}`;
  return models > 1 ? `Ask ${models} models at once` : 'Ask anything';
}

function CancelAllButton({ cancelAll, cancelling }: { cancelAll: () => void; cancelling: boolean }) {
  return (
    <Button variant="secondary" size="md" className="rounded-xl" disabled={cancelling} onClick={cancelAll}>
      <SquareIcon className="size-3.5 fill-current" />
      {cancelling ? 'Stopping…' : 'Stop all'}
    </Button>
  );
}

function SendButton({ empty, sending, count }: { empty: boolean; sending: boolean; count: number }) {
  return (
    <Button
      type="submit"
      size="icon"
      className="rounded-xl"
      aria-label={count === 1 ? 'Send to one model' : `Send to ${count} models`}
      disabled={empty}
    >
      {sending ? (
        <LoaderCircleIcon className="animate-spin" />
      ) : (
        <ArrowUpIcon className="size-4.5" strokeWidth={2.25} />
      )}
    </Button>
  );
}
