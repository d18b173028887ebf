'use client';

import './globals.css';

/** Replaces the root layout when it fails, so it depends on nothing but the styles. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>AIdeator: something went wrong</title>
        <main className="grid min-h-dvh place-items-center px-6 text-center">
          <div className="max-w-sm">
            <h1 className="font-semibold text-xl">AIdeator could not start this page</h1>
            <p className="mt-2 text-muted-foreground text-sm">
              Nothing you sent is lost. Reload the page; if it happens again, tell the operator
              {error.digest === undefined ? '.' : ` and name ${error.digest}.`}
            </p>
            <button
              type="button"
              onClick={() => window.location.reload()}
              className="mt-6 h-9 rounded-lg bg-primary px-4 font-medium text-primary-foreground text-sm"
            >
              Reload
            </button>
          </div>
        </main>
      </body>
    </html>
  );
}
