'use client';

import { ExternalLinkIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { Dialog, DialogContent, DialogDescription, DialogTitle } from '~/components/ui/dialog.tsx';
import { useCopy } from './use-copy.ts';

interface LinkQuestionProps {
  url: string;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Shows where a link of an answer leads before it is followed. */
export function LinkQuestion({ url, isOpen, onClose, onConfirm }: LinkQuestionProps) {
  const { state, copy } = useCopy();
  return (
    <Dialog open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogTitle>Open this link?</DialogTitle>
        <DialogDescription>A model wrote it. Check that it leads where you expect.</DialogDescription>
        <p className="mt-3 max-h-32 overflow-y-auto break-all rounded-lg bg-muted px-3 py-2 font-mono text-xs">
          {url}
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button variant="outline" onClick={() => copy(url)}>
            {state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied' : 'Copy link'}
          </Button>
          <Button
            onClick={() => {
              onConfirm();
              onClose();
            }}
          >
            Open <ExternalLinkIcon />
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
}
