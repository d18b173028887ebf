import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CompleteInput } from '@aideator/contract/hand-over';
import type { ClaimInput, RunSpec } from '@aideator/contract/run-spec';

export interface CallbackServer extends AsyncDisposable {
  /** What a runner is given as its callback URL. */
  readonly url: string;
  readonly claims: ClaimInput[];
  readonly handOvers: CompleteInput[];
  /** Settles when the first hand-over arrives. */
  readonly handOverTried: Promise<void>;
}

export interface CallbackScript {
  spec: unknown;
  /** Statuses of the first answers; then 200. */
  claimFails?: number[];
  handOverFails?: number[];
  /** Fail every time. */
  claimStatus?: number;
  handOverStatus?: number;
  /** Answered to a hand-over in place of "recorded". */
  handOverData?: unknown;
  /** Of answers that are no success; default `unavailable`. */
  appCode?: string;
}

/** The server's side of claim and hand-over, in the form that tRPC gives it. */
export async function startCallbackServer(script: CallbackScript): Promise<CallbackServer> {
  const claims: ClaimInput[] = [];
  const handOvers: CompleteInput[] = [];
  const tried = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const input: unknown = JSON.parse(Buffer.concat(parts).toString());
    const claim = request.url === '/api/runner/run.claim';
    if (!claim && request.url !== '/api/runner/run.complete') {
      response.writeHead(404).end();
      return;
    }
    if (claim) claims.push(input as ClaimInput);
    else handOvers.push(input as CompleteInput);
    if (!claim) tried.resolve();
    const count = claim ? claims.length : handOvers.length;
    const fails = claim ? script.claimFails : script.handOverFails;
    const status = (claim ? script.claimStatus : script.handOverStatus) ?? fails?.[count - 1] ?? 200;
    const data = claim ? script.spec : (script.handOverData ?? { recorded: true });
    const body =
      status === 200
        ? { result: { data } }
        : {
            error: {
              message: 'no',
              code: -32000,
              data: { appCode: script.appCode ?? 'unavailable', httpStatus: status },
            },
          };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/runner`,
    claims,
    handOvers,
    handOverTried: tried.promise,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A run spec for the given gateway and model, with limits that suit a test. */
export function newSpec(
  run: { runId: string; attempt: number },
  changed: Partial<RunSpec> & Pick<RunSpec, 'model' | 'gateway'>,
): RunSpec {
  return {
    v: 1,
    ...run,
    turnId: 'trn_00000000000000000000000000',
    responseId: 'rsp_00000000000000000000000000',
    messages: [{ role: 'user', content: 'Say something.' }],
    parameters: {},
    ...changed,
    limits: {
      timeoutSeconds: 20,
      idleTimeoutSeconds: 10,
      answerBytesMax: 1024 * 1024,
      attemptsMax: 4,
      ...changed.limits,
    },
  };
}
