import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { newId, type RunId } from '@aideator/contract/ids';

export interface RunServer extends AsyncDisposable {
  /** The callback URL for runners. */
  readonly callbackUrl: string;
  /** The handed-over texts by run. */
  readonly texts: ReadonlyMap<string, string>;
  /** How many replies of the gateway are being written now. */
  readonly openReplies: number;
}

export interface RunServerOptions {
  /** The address where pods reach this process. */
  host: string;
  words: readonly string[];
  /** The pause between two words. */
  wordMs: number;
}

interface Input {
  runId: RunId;
  attempt: number;
  result?: { text: string };
}

/** The servers that a runner needs: claim and hand-over of the web app, and a gateway that always responds with the same words. */
export async function startRunServer(options: RunServerOptions): Promise<RunServer> {
  const texts = new Map<string, string>();
  let openReplies = 0;
  let base = '';
  const specOf = ({ runId, attempt }: Input) => ({
    v: 1,
    runId,
    attempt,
    turnId: newId('turn'),
    responseId: newId('response'),
    model: 'words',
    messages: [{ role: 'user', content: 'Say words.' }],
    parameters: {},
    gateway: { baseUrl: base },
    limits: {
      timeoutSeconds: 300,
      firstTokenTimeoutSeconds: 60,
      idleTimeoutSeconds: 60,
      answerBytesMax: 1024 * 1024,
      triesMax: 1,
    },
  });
  const chunk = (content: string, finish: string | null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const input: Input = JSON.parse(Buffer.concat(parts).toString());
    if (request.url?.startsWith('/api/runner/')) {
      const isClaim = request.url.endsWith('run.claim');
      if (!isClaim) texts.set(input.runId, input.result?.text ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ result: { data: isClaim ? specOf(input) : { recorded: true } } }));
      return;
    }
    openReplies += 1;
    response.on('close', () => {
      openReplies -= 1;
    });
    response.setHeader('content-type', 'text/event-stream');
    for (const word of options.words) {
      if (response.closed) return;
      response.write(chunk(word, null));
      await delay(options.wordMs);
    }
    response.end(`${chunk('', 'stop')}data: [DONE]\n\n`);
  });
  server.listen(0, options.host);
  await once(server, 'listening');
  base = `http://${options.host}:${(server.address() as AddressInfo).port}`;
  return {
    callbackUrl: `${base}/api/runner`,
    texts,
    get openReplies() {
      return openReplies;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
