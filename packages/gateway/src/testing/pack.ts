import { once } from 'node:events';
import type { Transform } from 'node:stream';
import {
  createBrotliCompress,
  createDeflate,
  createDeflateRaw,
  createGzip,
  createZstdCompress,
} from 'node:zlib';
import type { Script } from './script.ts';

type Encoding = NonNullable<Script['encoding']>;

interface Packer {
  /** Returns the compressed bytes, flushed. */
  push(bytes: Buffer): Promise<Buffer>;
  /** Returns the last bytes of the format. */
  end(): Promise<Buffer>;
}

const COMPRESSORS: Record<Encoding, () => Transform & { flush(done: () => void): void }> = {
  gzip: createGzip,
  deflate: createDeflate,
  'raw-deflate': createDeflateRaw,
  br: createBrotliCompress,
  zstd: createZstdCompress,
};

/** Compresses a body write by write; without an encoding the bytes stay unchanged. */
export function createPacker(encoding: Encoding | undefined): Packer {
  if (encoding === undefined) return { push: async (bytes) => bytes, end: async () => Buffer.alloc(0) };
  const compressor = COMPRESSORS[encoding]();
  let parts: Buffer[] = [];
  compressor.on('data', (part: Buffer) => parts.push(part));
  const taken = (): Buffer => {
    const bytes = Buffer.concat(parts);
    parts = [];
    return bytes;
  };
  return {
    async push(bytes) {
      compressor.write(bytes);
      await new Promise<void>((resolve) => compressor.flush(resolve));
      return taken();
    },
    async end() {
      const ended = once(compressor, 'end');
      compressor.end();
      await ended;
      return taken();
    },
  };
}
