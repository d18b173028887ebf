import { randomUUID } from 'node:crypto';
import type { TurnEvent } from '@aideator/contract/frames';
import type { ResponseId, SessionId, TurnId } from '@aideator/contract/ids';
import type { ProviderId } from '@aideator/contract/models';
import type { ResponseView, SessionDetail, TurnView } from '@aideator/contract/views';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '../root.ts';

/** A person who is signed in over HTTP, as with a browser. */
export interface HttpPerson {
  submit(modelIds: string[], prompt: string): Promise<TurnView>;
  /** The events of a turn after `lastEventId`, with their ids and arrival times (ms, monotonic). */
  events(turnId: TurnId, after?: string): AsyncGenerator<{ id: string; event: TurnEvent; atMs: number }>;
  session(sessionId: SessionId): Promise<SessionDetail>;
  /** The whole text of a response, of which a session holds an excerpt if it is long. */
  text(response: ResponseView): Promise<string>;
  /** Cancels all responses of a turn. */
  cancel(turnId: TurnId): Promise<void>;
  /** Retries a response. */
  retry(responseId: ResponseId): Promise<void>;
  /** Stores the person's own key for a provider. */
  saveKey(provider: ProviderId, key: string): Promise<void>;
  /** The same person with the same cookies at another address of the app. */
  at(url: string): HttpPerson;
}

class CookieJar {
  readonly #cookies = new Map<string, string>();

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const cut = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
  }

  header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

/** Creates an account and signs in with it. `fetch` sees every request and reply. */
export async function signUp(
  url: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<HttpPerson> {
  const browser: Browser = { jar: new CookieJar(), fetch };
  const { client, request } = connection(url, browser);
  const email = `${randomUUID()}@example.com`;
  const password = randomUUID();
  await client.account.signUp.mutate({ email, password });
  const { csrfToken } = (await (await request(`${url}/api/auth/csrf`)).json()) as { csrfToken: string };
  await request(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    body: new URLSearchParams({ email, password, csrfToken, json: 'true' }),
  });
  return personAt(url, browser);
}

interface Browser {
  jar: CookieJar;
  fetch: typeof globalThis.fetch;
}

function connection(url: string, { jar, fetch }: Browser) {
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('cookie', jar.header());
    headers.set('origin', url);
    const response = await fetch(path, { ...init, headers, redirect: 'manual' });
    jar.take(response);
    return response;
  };
  const client = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        transformer: superjson,
        fetch: (input, init) => request(String(input), init as RequestInit),
      }),
    ],
  });
  return { client, request };
}

function personAt(url: string, browser: Browser): HttpPerson {
  const { client, request } = connection(url, browser);
  return {
    async submit(modelIds, prompt) {
      const idempotencyKey = randomUUID();
      const panels = modelIds.map((modelId) => ({ modelId }));
      const { turn } = await client.turn.submit.mutate({ mode: 'compare', prompt, panels, idempotencyKey });
      return turn;
    },
    async *events(turnId, after) {
      const json = { turnId, ...(after === undefined ? {} : { lastEventId: after }) };
      const input = encodeURIComponent(JSON.stringify({ json }));
      yield* readEvents(await request(`${url}/api/trpc/turn.events?input=${input}`));
    },
    session: (sessionId) => client.session.get.query({ sessionId }),
    async text({ responseId, attempt, text, isExcerpt }) {
      return isExcerpt ? (await client.response.text.query({ responseId, attempt })).text : text;
    },
    async cancel(turnId) {
      await client.turn.cancel.mutate({ turnId });
    },
    async retry(responseId) {
      await client.response.retry.mutate({ responseId });
    },
    async saveKey(provider, key) {
      await client.providerKey.set.mutate({ provider, key });
    },
    at: (other) => personAt(other, browser),
  };
}

async function* readEvents(
  response: Response,
): AsyncGenerator<{ id: string; event: TurnEvent; atMs: number }> {
  if (!response.ok || !response.body) throw new Error(`turn.events returned ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const atMs = performance.now();
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      // Only tracked events have an id: `connected`, pings and `return` have none.
      const id = /^id: (.*)$/m.exec(block)?.[1];
      if (data !== undefined && id !== undefined)
        yield { id, event: (JSON.parse(data) as { json: TurnEvent }).json, atMs };
    }
  }
}
