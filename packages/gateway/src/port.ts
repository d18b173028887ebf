import { createServer } from 'node:net';
import { AppError } from '@aideator/contract/errors';

/** Returns the wanted port if it is free, or a free one for 0. Throws AppError `unavailable` when it is taken. */
export async function usablePort(wanted = 0): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (cause) => {
      reject(new AppError('unavailable', `Port ${wanted} is taken.`, { cause }));
    });
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : wanted;
      probe.close(() => resolve(port));
    });
  });
}
