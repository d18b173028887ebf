'use client';

import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { DeadEnd } from './dead-end.tsx';
import { Button } from './ui/button.tsx';

interface ErrorPageProps {
  /** Next's digest of a server error, which is also in the log. */
  error: Error & { digest?: string };
  reset: () => void;
  className?: string;
}

export function ErrorPage({ error, reset, className }: ErrorPageProps) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <DeadEnd
      title="This page could not be shown"
      {...(className === undefined ? {} : { className })}
      actions={
        <>
          <Button onClick={retry}>Try again</Button>
          <Button variant="outline" onClick={() => window.location.assign('/')}>
            Go to a new chat
          </Button>
        </>
      }
    >
      Something went wrong on our side. Nothing you sent is lost. Try again; if it happens again, tell the
      operator
      {error.digest === undefined ? '.' : ` and name ${error.digest}.`}
    </DeadEnd>
  );
}
