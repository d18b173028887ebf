import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';

/** The path of a test certificate or its key, such as `ca.crt`. */
export function certificatePath(name: string): string {
  return fileURLToPath(new URL(`./__fixtures__/${name}`, import.meta.url));
}

/** A server's options: it asks for a client certificate, and takes clients without one too. */
export function tlsOptions() {
  const [ca, cert, key] = ['ca.crt', 'server.crt', 'server.key'].map((name) =>
    readFileSync(certificatePath(name)),
  );
  return { ca, cert, key, requestCert: true, rejectUnauthorized: false };
}

/** The common name of a client certificate that the test authority signed. */
export function certificateNameOf({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return [socket.getPeerCertificate().subject?.CN].flat()[0];
}

/** Cuts a connection. Node cannot send RST on a TLS connection; there the client sees a connection that ends too early. */
export function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
