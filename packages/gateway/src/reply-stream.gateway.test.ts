import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { PYTHON_DIR, venvPython } from './paths.ts';
import { installedGatewayHome } from './testing/gateway-home.ts';

/** The pieces that the gateway forwards to LiteLLM, each with the number of pieces of the provider's reply read by then. */
interface Forwarded {
  out: Array<{ read: number; text: string }>;
  failure: unknown;
}

const PROGRAM = `
import asyncio, base64, json, sys
import reply_stream
from reply_chunks import ReplyNotes
from reply_protocols import OPENAI, Protocol

def fault(value, notes):
    raise KeyError("a bug of ours")

given = json.load(sys.stdin)
reply_stream.BODY_BYTES_MAX = given["bodyBytesMax"]
protocol = Protocol(fault, OPENAI.known_finishes) if given["faulty"] else OPENAI
notes, out, read = ReplyNotes(), [], 0

async def pieces():
    global read
    for each in given["pieces"]:
        read += 1
        yield base64.b64decode(each)
    while given["endless"]:
        read += 1
        await asyncio.sleep(0.01)
        yield b": still here\\n\\n"

async def main():
    async for each in reply_stream.mended_stream(pieces(), notes, protocol):
        out.append({"read": read, "text": each.decode("latin-1")})

asyncio.run(main())
json.dump({"out": out, "failure": notes.failure}, sys.stdout)
`;

let python: string;
beforeAll(async () => {
  python = venvPython(await installedGatewayHome());
}, 600_000);

function forwarded(
  pieces: Buffer[],
  more: { bodyBytesMax?: number; endless?: boolean; faulty?: boolean } = {},
): Forwarded {
  const { bodyBytesMax = 16 * 1024 * 1024, endless = false, faulty = false } = more;
  const input = JSON.stringify({
    pieces: pieces.map((each) => each.toString('base64')),
    bodyBytesMax,
    endless,
    faulty,
  });
  const options = { input, cwd: PYTHON_DIR, env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: PYTHON_DIR } };
  return JSON.parse(execFileSync(python, ['-c', PROGRAM], { ...options, encoding: 'utf8', timeout: 30_000 }));
}

const bytesOf = ({ out }: Forwarded): Buffer => Buffer.from(out.map(({ text }) => text).join(''), 'latin1');
const delta = (content: string, finish: string | null = null): string =>
  JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: finish }] });

/** Pieces of 1 to 40 bytes; the same for the same seed. */
function cut(bytes: Buffer, seed: number): Buffer[] {
  const pieces: Buffer[] = [];
  let state = seed;
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const size = 1 + (state % 40);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('the reply of a provider', () => {
  const events = [
    ': a comment',
    `id: 1\nevent: message\ndata: ${delta('Grüße 👋, "quoted"\\n')}`,
    `data:${delta(' a < b ')}`,
    `data: {"id":"c", "choices" : [{"index":0,"delta":{"reasoning_content":"why"}}],"more":[1.0e0]}`,
    `data: ${delta('', 'stop')}`,
    'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}',
    'data: [DONE]',
  ];

  it.each(['\n', '\r\n'])(
    'is forwarded byte for byte when it is well formed, however it is cut (%j)',
    (newline) => {
      const bytes = Buffer.from(events.map((each) => `${each}\n\n`.replaceAll('\n', newline)).join(''));
      for (const seed of [1, 2, 3, 4, 5]) expect(bytesOf(forwarded(cut(bytes, seed)))).toEqual(bytes);
    },
  );

  it('is forwarded event by event, before the next one is read', () => {
    const pieces = [delta('one'), delta('two'), delta('three', 'stop')].map((each) =>
      Buffer.from(`data: ${each}\n\n`),
    );
    expect(forwarded(pieces).out.map(({ read }) => read)).toEqual([1, 2, 3]);
  });

  it('fails when one event of it has no end', () => {
    const line = Buffer.from(`data: ${'x'.repeat(50)}`);
    const { failure, out } = forwarded(Array(100).fill(line), { bodyBytesMax: 1_000 });
    expect(failure).toMatchObject({ type: 'aideator.stream_broken' });
    expect(out.at(-1)?.read).toBeLessThan(30);
  });

  it('fails when one event of it has too many lines', () => {
    const lines = Buffer.from('data: {\n'.repeat(200_000));
    const startedAt = performance.now();
    expect(forwarded([lines]).failure).toMatchObject({ type: 'aideator.stream_broken' });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('is read when blank lines and a byte order mark come first, cut anywhere', () => {
    const events = `data: ${delta('Hi', 'stop')}\n\ndata: [DONE]\n\n`;
    const bytes = Buffer.from(`\n\n \n\uFEFF${events}`);
    for (const size of [1, 2, 100]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const result = forwarded(pieces);
      expect(bytesOf(result).toString()).toBe(events);
      expect(result.failure).toBeNull();
    }
  });

  it('is forwarded unchanged when the module has a bug', () => {
    const bytes = Buffer.from(`data: ${delta('Hi', 'stop')}\n\ndata: [DONE]\n\n`);
    const result = forwarded([bytes], { faulty: true });
    expect(bytesOf(result)).toEqual(bytes);
    expect(result.failure).toBeNull();
  });

  it('is read for at most a second after an error', () => {
    const error = Buffer.from('data: {"error":{"message":"Gone"}}\n\n');
    const startedAt = performance.now();
    const { failure, out } = forwarded([error], { endless: true });
    expect(failure).toEqual({ message: 'Gone' });
    expect(out).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('keeps the start of a huge error', () => {
    const error = Buffer.from(JSON.stringify({ error: { message: `Gone${'!'.repeat(200_000)}` } }));
    const { failure } = forwarded([error]);
    expect(failure).toEqual({ message: expect.stringMatching(/^Gone!{1000}/) });
    expect(JSON.stringify(failure).length).toBeLessThan(70_000);
  });
});
