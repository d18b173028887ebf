'use client';

import { ErrorPage } from '~/components/error-page.tsx';

export default function RootError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="flex min-h-dvh">
      <ErrorPage {...props} />
    </main>
  );
}
