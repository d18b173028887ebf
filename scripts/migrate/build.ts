import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../start/env.ts';

/** Bundles the migration program into one file. Usage: `node scripts/migrate/build.ts <file>`. */
const outfile = process.argv[2] ?? join(ROOT, 'scripts', 'dist', 'migrate.mjs');
await build({
  entryPoints: [join(import.meta.dirname, 'main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // pg is CommonJS and requires Node's own modules. Its optional native driver is not installed.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  external: ['pg-native'],
  legalComments: 'none',
  logLevel: 'warning',
});
