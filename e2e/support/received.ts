import type { Page, Response } from '@playwright/test';

/** The models of the picker are no secret: only their connection with a panel is. */
function withoutModelList(body: string): string {
  try {
    const parts: unknown = JSON.parse(body);
    const isModelList = (part: unknown) => JSON.stringify(part).includes('"defaultIds"');
    if (Array.isArray(parts)) return JSON.stringify(parts.filter((part) => !isModelList(part)));
    return isModelList(parts) ? '' : body;
  } catch {
    return body;
  }
}

/** Everything that the API sent to a page, live streams included, except the list of all models. */
export class Received {
  readonly #events: string[] = [];
  readonly #bodies: Promise<string>[] = [];

  /** Listens from now on. */
  static async on(page: Page): Promise<Received> {
    const received = new Received();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    devtools.on('Network.eventSourceMessageReceived', ({ data, eventId }) => {
      received.#events.push(`${eventId} ${data}`);
    });
    page.on('response', (response) => received.#take(response));
    return received;
  }

  #take(response: Response): void {
    const url = new URL(response.url());
    if (!url.pathname.startsWith('/api/') || url.pathname.includes('turn.events')) return;
    const body = response.text().then(
      (text) => `${response.url()}\n${JSON.stringify(response.headers())}\n${withoutModelList(text)}`,
      // The page left before the body was read.
      () => '',
    );
    this.#bodies.push(body);
  }

  get events(): readonly string[] {
    return this.#events;
  }

  async all(): Promise<string> {
    return [...(await Promise.all(this.#bodies)), ...this.#events].join('\n');
  }
}
