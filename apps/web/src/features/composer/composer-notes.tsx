'use client';

import { CircleAlertIcon, PlugZapIcon } from 'lucide-react';
import Link from 'next/link';
import { Button } from '~/components/ui/button.tsx';
import type { ErrorText } from '~/lib/errors.ts';

/** Why a prompt was not sent, and what to do next. */
export function SendError({ id, error }: { id: string; error: ErrorText }) {
  return (
    <div
      id={id}
      role="alert"
      className="flex items-start gap-2 rounded-t-2xl border border-b-0 border-destructive/30 bg-destructive-soft px-4 py-2.5 text-[0.8125rem] leading-5"
    >
      <CircleAlertIcon className="mt-0.5 size-4 shrink-0 text-destructive" />
      <p className="[overflow-wrap:anywhere]">
        {error.text}
        {error.detail && <span className="text-muted-foreground"> ({error.detail})</span>}{' '}
        {error.code === 'model_needs_key' && (
          <Link href="/settings" className="font-medium underline underline-offset-2">
            Open settings
          </Link>
        )}
      </p>
    </div>
  );
}

/** Says that the gateway, and with it every model, cannot be reached. */
export function GatewayNotice({ retrying, onRetry }: { retrying: boolean; onRetry: () => void }) {
  return (
    <div
      role="status"
      className="mb-2 flex items-center gap-3 rounded-xl border border-warning/40 bg-muted px-4 py-2.5 text-[0.8125rem] leading-5"
    >
      <PlugZapIcon className="size-4 shrink-0 text-warning" />
      <p className="mr-auto">
        The model gateway cannot be reached, so no model can answer now. What you write is kept.
      </p>
      <Button variant="outline" size="sm" disabled={retrying} onClick={onRetry}>
        {retrying ? 'Checking…' : 'Check again'}
      </Button>
    </div>
  );
}
