'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import { type ReactNode, useState } from 'react';
import { ComposingGuard } from '~/components/composing-guard.tsx';
import { ServerClockProvider } from '~/components/server-clock-provider.tsx';
import { StreamSlotsProvider } from '~/lib/stream-slots-context.tsx';
import { makeTrpcClient, TRPCProvider } from '~/trpc/client.ts';
import { makeQueryClient } from '~/trpc/query-client.ts';
import { leaveIfUnauthorized } from '~/trpc/unauthorized.ts';

interface ProvidersProps {
  children: ReactNode;
  /** The nonce of this request's Content-Security-Policy. */
  nonce: string | undefined;
  /** When the server rendered this page, in milliseconds since 1970. */
  serverMs: number;
}

/** All React context providers that pages need. */
export function Providers({ children, nonce, serverMs }: ProvidersProps) {
  const [queryClient] = useState(() => makeQueryClient(leaveIfUnauthorized));
  const [trpcClient] = useState(makeTrpcClient);
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
          <ComposingGuard />
          <StreamSlotsProvider>
            <ServerClockProvider serverMs={serverMs}>{children}</ServerClockProvider>
          </StreamSlotsProvider>
        </TRPCProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
