import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '~/components/providers.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'AIdeator', template: '%s · AIdeator' },
  description:
    'Ask several language models at once, read their answers side by side, and continue with the best one.',
  applicationName: 'AIdeator',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fdfcfb' },
    { media: '(prefers-color-scheme: dark)', color: '#131211' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <Providers nonce={nonce} serverMs={Date.now()}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
