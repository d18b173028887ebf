import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { requireFreePort } from './ports.ts';

const server = createServer();
afterEach(() => server.close());

describe('a port', () => {
  it('that is taken on any address is refused with the command that chooses another', async () => {
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const wanted = { host: '127.0.0.1', port, command: 'npm start' };
    await expect(requireFreePort(wanted)).rejects.toThrow(
      `Port ${port} is taken by another program. Choose another one: PORT=${port + 1} npm start`,
    );
    server.close();
    await once(server, 'close');
    await requireFreePort(wanted);
  });

  it('on an address of another machine is refused', async () => {
    const wanted = { host: '192.0.2.1', port: 3000, command: 'npm start' };
    await expect(requireFreePort(wanted)).rejects.toThrow(
      'HOST=192.0.2.1 is not an address of this machine.',
    );
  });
});
