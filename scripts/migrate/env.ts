import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  WAIT_SECONDS: z.coerce.number().int().min(0).max(3_600).default(120),
  /** The folder of the migrations, when the bundled program is not in the repository. */
  MIGRATIONS_DIR: z.string().optional(),
});

export interface MigrateEnv {
  databaseUrl: string;
  waitSeconds: number;
  migrationsFolder: string | undefined;
}

/** Throws an Error with one line per invalid variable, without its value. */
export function loadMigrateEnv(): MigrateEnv {
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  }
  const { DATABASE_URL, WAIT_SECONDS, MIGRATIONS_DIR } = parsed.data;
  return { databaseUrl: DATABASE_URL, waitSeconds: WAIT_SECONDS, migrationsFolder: MIGRATIONS_DIR };
}
