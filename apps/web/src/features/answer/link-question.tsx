'use client';

import { ExternalLinkIcon, TriangleAlertIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { Dialog, DialogContent, DialogDescription, DialogTitle } from '~/components/ui/dialog.tsx';
import { useCopy } from '~/lib/use-copy.ts';
import { linkParts } from './markdown/link-target.ts';

interface LinkQuestionProps {
  url: URL;
  onClose: () => void;
}

/** Shows where a link of an answer leads before it is followed: the site first, then the whole address. */
export function LinkQuestion({ url, onClose }: LinkQuestionProps) {
  const { state, copy } = useCopy();
  const { before, host, after, warning } = linkParts(url);
  function open(): void {
    window.open(url.href, '_blank', 'noopener,noreferrer');
    onClose();
  }
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent>
        <DialogTitle>Open this link?</DialogTitle>
        <DialogDescription>A model wrote it. Check that it leads where you expect.</DialogDescription>
        <dl className="mt-3 grid gap-2 rounded-lg bg-muted px-3 py-2">
          <div>
            <dt className="text-muted-foreground text-xs">
              {url.protocol === 'mailto:' ? 'E-mail to' : 'Site'}
            </dt>
            <dd className="max-h-24 overflow-y-auto break-all font-mono font-semibold text-sm">{host}</dd>
          </div>
          <div>
            <dt className="text-muted-foreground text-xs">Whole address</dt>
            <dd className="max-h-32 overflow-y-auto break-all font-mono text-muted-foreground text-xs">
              {before}
              <b className="font-semibold text-foreground">{host}</b>
              {after}
            </dd>
          </div>
        </dl>
        {warning && (
          <p className="mt-2 flex gap-2 text-[0.8125rem] leading-5">
            <TriangleAlertIcon className="mt-0.5 size-4 shrink-0 text-warning" />
            {warning}
          </p>
        )}
        <div className="mt-4 flex justify-end gap-2">
          <Button variant="outline" onClick={() => copy(url.href)}>
            {state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : 'Copy link'}
          </Button>
          <Button onClick={open}>
            Open <ExternalLinkIcon />
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
}
