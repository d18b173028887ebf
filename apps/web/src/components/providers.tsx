'use client';

import { QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import { type ReactNode, useState } from 'react';
import { makeTrpcClient, TRPCProvider } from '~/trpc/client.ts';
import { makeQueryClient } from '~/trpc/query-client.ts';
import { leaveIfUnauthorized } from '~/trpc/unauthorized.ts';

/** Everything a page takes from React context. `nonce` is the one of this request's Content-Security-Policy. */
export function Providers({ children, nonce }: { children: ReactNode; nonce: string | undefined }) {
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
          {children}
        </TRPCProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
