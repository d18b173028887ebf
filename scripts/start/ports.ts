import { connect, createServer } from 'node:net';

const CONNECT_TIMEOUT_MS = 1_000;

/** Throws an Error with one sentence when the port cannot be used. `command`: what the person typed. */
export async function requireFreePort(params: {
  host: string;
  port: number;
  command: string;
}): Promise<void> {
  const { host, port, command } = params;
  const another = `Choose another one: PORT=${port === 65_535 ? 3001 : port + 1} ${command}`;
  const code = await tryListen(host, port);
  if (code === 'EACCES') throw new Error(`Port ${port} needs more rights than your account has. ${another}`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw new Error(`HOST=${host} is not an address of this machine.`);
  }
  // For `localhost`, browsers may connect to either address.
  const isTaken =
    code !== undefined ||
    (await Promise.all(['127.0.0.1', '::1'].map((each) => accepts(each, port)))).includes(true);
  if (isTaken) throw new Error(`Port ${port} is taken by another program. ${another}`);
}

/** Returns the error's code, or undefined when listening works. */
async function tryListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
  return new Promise((resolve) => {
    const end = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}
