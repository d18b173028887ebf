import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptedGatewayEnv, startProgram } from '@aideator/e2e/program';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';

export interface Stack extends AsyncDisposable {
  /** The address of the web app. */
  url: string;
  gateway: ScriptedGateway;
}

/** The whole program with its data in a new folder and the scripted gateway in place of LiteLLM. */
export async function startStack(): Promise<Stack> {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'aideator-bench-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const gateway = stack.use(await startScriptedGateway());
  const program = await startProgram({ AIDEATOR_HOME: home, ...scriptedGatewayEnv(gateway.baseUrl) });
  stack.defer(() => program.close());
  const started = stack.move();
  return { url: program.url, gateway, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
