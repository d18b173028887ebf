import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const secretsSchema = z.object({
  authSecret: z.string().min(32),
  encryptionKeys: z.string().min(1),
  gatewayKey: z.string().min(1),
});
export type Secrets = z.infer<typeof secretsSchema>;

/**
 * The secrets of this installation: made at the first start, kept in `<home>/secrets.json` for its owner alone.
 * Throws when the file is damaged: a new key in its place would make every stored provider key unreadable.
 */
export async function loadSecrets(home: string): Promise<Secrets> {
  const file = join(home, 'secrets.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return create(file);
  await chmod(file, 0o600);
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${file} is damaged. Restore it: it holds the key that stored provider keys are encrypted with.`,
      { cause },
    );
  }
}

async function create(file: string): Promise<Secrets> {
  const secrets: Secrets = {
    authSecret: randomBytes(32).toString('base64url'),
    encryptionKeys: `1:${randomBytes(32).toString('base64')}`,
    gatewayKey: `sk-${randomBytes(24).toString('hex')}`,
  };
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}
