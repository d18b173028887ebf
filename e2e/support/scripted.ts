import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from '@aideator/gateway/testing/recorded-request';
import type { Script } from '@aideator/gateway/testing/script';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import type { BrowserContextOptions } from '@playwright/test';
import { type Account, ChatPage, signUp } from './chat-page.ts';
import { modelId, modelInfo, NAMES, type Name, TEST_MODELS } from './models.ts';
import { scriptedGatewayEnv, startProgram } from './program.ts';
import { test as base } from './test.ts';

export interface Stack {
  url: string;
  /** The folder of the program's data. */
  home: string;
  gateway: ScriptedGateway;
  close(): Promise<void>;
}

/** The whole program with its data in a new folder and the scripted gateway instead of LiteLLM. */
export async function startScriptedStack(models = TEST_MODELS): Promise<Stack> {
  const home = await mkdtemp(join(tmpdir(), 'aideator-e2e-'));
  const gateway = await startScriptedGateway({ modelInfo: modelInfo(models) });
  const clear = async () => {
    await gateway.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const program = await startProgram({
      AIDEATOR_HOME: home,
      ...scriptedGatewayEnv(gateway.baseUrl),
    });
    const close = async () => {
      await program.close();
      await clear();
    };
    return { url: program.url, home, gateway, close };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Controls the answers of the models. */
export class Stage {
  readonly gateway: ScriptedGateway;
  readonly #since: number;

  constructor(gateway: ScriptedGateway) {
    this.gateway = gateway;
    this.#since = gateway.requests.length;
  }

  /** Sets the scripts of the models. A model without one answers with one sentence. */
  play(scripts: Partial<Record<Name, Script>>): void {
    for (const name of NAMES) {
      this.gateway.setScript(modelId(name), scripts[name] ?? { text: `${name} answers.` });
    }
  }

  /** Sets one script for all four models. */
  playAll(script: Script): void {
    for (const name of NAMES) this.gateway.setScript(modelId(name), script);
  }

  /** Calls of this test, oldest first. */
  requests(name?: Name): RecordedRequest[] {
    const mine = this.gateway.requests.slice(this.#since);
    return name === undefined ? mine : mine.filter((request) => request.model === modelId(name));
  }
}

interface WorkerFixtures {
  stack: Stack;
  account: Account;
  signedIn: NonNullable<BrowserContextOptions['storageState']>;
}

interface TestFixtures {
  stage: Stage;
  chat: ChatPage;
}

/** Tests against the scripted gateway that start signed in. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const stack = await startScriptedStack();
      await use(stack);
      await stack.close();
    },
    { scope: 'worker', timeout: 9 * 60_000 },
  ],
  account: [
    { email: 'ada@example.org', password: 'three unrelated words' },
    { scope: 'worker', option: true },
  ],
  signedIn: [
    async ({ browser, stack, account }, use) => {
      const context = await browser.newContext({ baseURL: stack.url });
      await signUp(await context.newPage(), account);
      const state = await context.storageState();
      await context.close();
      await use(state);
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ stack }, use) => use(stack.url),
  storageState: async ({ signedIn }, use) => use(signedIn),
  stage: async ({ stack }, use) => {
    const stage = new Stage(stack.gateway);
    stage.play({});
    await stack.gateway.start();
    await use(stage);
  },
  chat: async ({ page, stage: _stage }, use) => use(new ChatPage(page)),
});

export { expect } from './test.ts';
