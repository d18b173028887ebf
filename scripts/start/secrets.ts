import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const newTokenSecret = (): string => randomBytes(32).toString('base64url');

const secretsSchema = z.object({
  authSecret: z.string().min(32),
  encryptionKeys: z.string().min(1),
  gatewayKey: z.string().min(1),
  /** Signs the gateway tokens of runs. Files of earlier versions lack it. */
  gatewayTokenSecret: z.string().min(32).default(newTokenSecret),
});
export type Secrets = z.infer<typeof secretsSchema>;

/**
 * The secrets of this installation. They are generated at the first start and kept in `<home>/secrets.json`, which only
 * its owner can read. Throws when the file is damaged: a new encryption key would make every stored provider key
 * unreadable.
 */
export async function loadSecrets(home: string): Promise<Secrets> {
  const file = join(home, 'secrets.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return create(file);
  await chmod(file, 0o600);
  const secrets = parse(file, text);
  await write(file, secrets);
  return secrets;
}

function parse(file: string, text: string): Secrets {
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
    gatewayTokenSecret: newTokenSecret(),
  };
  await write(file, secrets);
  return secrets;
}

async function write(file: string, secrets: Secrets): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
