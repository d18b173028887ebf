import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CompleteInput } from '@aideator/contract/hand-over';
import type { RunId } from '@aideator/contract/ids';
import type { ClaimInput, RunSpec } from '@aideator/contract/run-spec';

export interface CallbackServer extends AsyncDisposable {
  /** The callback URL for runners. */
  readonly url: string;
  readonly claims: ClaimInput[];
  readonly handOvers: CompleteInput[];
  /** Settles when the first hand-over arrives. */
  readonly handOverTried: Promise<void>;
}

export interface CallbackScript {
  spec: unknown;
  /** Statuses of the first replies. Later ones are 200. */
  claimFails?: number[];
  handOverFails?: number[];
  /** Status of every reply. */
  claimStatus?: number;
  handOverStatus?: number;
  /** Reply to a hand-over instead of "recorded". */
  handOverData?: unknown;
  /** Error code of failed calls. Default `unavailable`. */
  appCode?: string;
}

/** A server for claims and hand-overs, whose replies have the format of tRPC. */
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
  run: { runId: RunId; attempt: number },
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
      firstTokenTimeoutSeconds: 10,
      idleTimeoutSeconds: 10,
      answerBytesMax: 1024 * 1024,
      triesMax: 4,
      ...changed.limits,
    },
  };
}
