import { createServer } from 'node:net';
import { AppError } from '@aideator/contract/errors';

/** The port itself when it is free; for 0 or none, one that was free just now. Throws AppError `unavailable`. */
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
