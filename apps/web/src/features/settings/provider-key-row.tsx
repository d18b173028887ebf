'use client';

import type { ProviderKeyView } from '@aideator/contract/views';
import { useRef, useState } from 'react';
import { toast } from 'sonner';
import { ConfirmDialog } from '~/components/ui/alert-dialog.tsx';
import { Badge } from '~/components/ui/badge.tsx';
import { Button } from '~/components/ui/button.tsx';
import { errorText } from '~/lib/errors.ts';
import { KeyForm } from './key-form.tsx';
import { useProviderKey } from './use-provider-key.ts';

const DATE_FORMAT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

interface ProviderKeyRowProps {
  view: ProviderKeyView;
  /** True if the person followed a link to set this key. */
  asked: boolean;
}

/** One provider: the state of its key, with controls to set, replace and delete it. */
export function ProviderKeyRow({ view, asked }: ProviderKeyRowProps) {
  const [editing, setEditing] = useState(asked && view.lastFour === null);
  const [confirming, setConfirming] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const { remove } = useProviderKey(view.provider);

  const stopEditing = () => {
    setEditing(false);
    // The form that had the focus has unmounted.
    requestAnimationFrame(() => editButton.current?.focus());
  };
  const deleteKey = () =>
    void remove().then(
      () => toast.success(`${view.providerName} key deleted`),
      (error: unknown) =>
        toast.error(`The ${view.providerName} key was not deleted`, { description: errorText(error).text }),
    );

  return (
    <li className="px-5 py-3.5">
      <div className="flex min-h-10 items-center gap-3">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <h3 className="font-medium text-sm tracking-normal">{view.providerName}</h3>
            {view.lastFour !== null && <Badge variant="brand">Your key is used</Badge>}
          </div>
          <KeyState view={view} />
        </div>
        {!editing && (
          <div className="flex shrink-0 gap-1">
            {view.lastFour !== null && (
              <Button variant="ghost" size="sm" onClick={() => setConfirming(true)}>
                Delete <span className="sr-only">{view.providerName} key</span>
              </Button>
            )}
            <Button ref={editButton} variant="outline" size="sm" onClick={() => setEditing(true)}>
              {view.lastFour === null ? 'Add key' : 'Replace'}
              <span className="sr-only"> for {view.providerName}</span>
            </Button>
          </div>
        )}
      </div>
      {editing && <KeyForm view={view} onClose={stopEditing} />}
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        title={`Delete your ${view.providerName} key?`}
        description={
          view.serverKey
            ? 'Your prompts will use the key of the server again.'
            : `${view.providerName} models will ask for a key until you add another.`
        }
        confirmLabel="Delete key"
        onConfirm={deleteKey}
      />
    </li>
  );
}

function KeyState({ view }: { view: ProviderKeyView }) {
  if (view.lastFour === null) {
    return (
      <p className="text-[0.8125rem] text-muted-foreground">
        {view.serverKey ? 'No key of yours: the server’s key is used.' : 'No key: its models are locked.'}
      </p>
    );
  }
  return (
    <p className="text-[0.8125rem] text-muted-foreground">
      Ends in{' '}
      <code className="rounded-sm bg-muted px-1 py-px font-mono text-foreground text-xs">
        {view.lastFour}
      </code>
      {view.updatedAt !== null && `, set ${DATE_FORMAT.format(view.updatedAt)}`}
    </p>
  );
}
