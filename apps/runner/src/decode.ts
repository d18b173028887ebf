import type { Readable } from 'node:stream';

type Zlib = typeof import('node:zlib');

/** Decoders flush after every input, so that a stream can be read while it arrives. */
function decoderOf(encoding: string, zlib: Zlib) {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
    case 'deflate':
      return zlib.createInflate({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
    case 'raw-deflate':
      return zlib.createInflateRaw({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
    case 'br':
      return zlib.createBrotliDecompress({
        flush: BROTLI_OPERATION_FLUSH,
        finishFlush: BROTLI_OPERATION_FLUSH,
      });
    case 'zstd':
      return zlib.createZstdDecompress({ flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush });
    default:
      return undefined;
  }
}

/** The encodings of the header in decoding order. Skips `identity` and unknown ones. */
function encodingsOf(header: string | undefined): string[] {
  const encodings = (header ?? '').toLowerCase().split(',');
  return encodings.map((each) => each.trim()).reverse();
}

/** `deflate` means the zlib format, but some servers omit its header. The first byte shows which one it is. */
async function isRawDeflate(body: Readable): Promise<boolean> {
  for await (const bytes of body.iterator({ destroyOnReturn: false })) {
    body.unshift(bytes);
    return ((bytes as Uint8Array)[0] ?? 0) % 16 !== 8;
  }
  return false;
}

/**
 * Decodes the body of a reply while it arrives. Iterating rejects with the error of the connection or of the decoder.
 */
export async function* decodeBody(
  message: Readable,
  header: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encodings = encodingsOf(header);
  const zlib = encodings.some((each) => each !== '' && each !== 'identity')
    ? process.getBuiltinModule('node:zlib')
    : undefined;
  let body: Readable = message;
  for (const encoding of zlib ? encodings : []) {
    const name = encoding === 'deflate' && (await isRawDeflate(body)) ? 'raw-deflate' : encoding;
    const decoder = zlib && decoderOf(name, zlib);
    // The iteration below reports the error.
    if (decoder) body = process.getBuiltinModule('node:stream').pipeline(body, decoder, () => {});
  }
  yield* body;
}
