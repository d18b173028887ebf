import type { AppRouter } from '@aideator/api/root';
import type { ErrorCode } from '@aideator/contract/errors';
import type { TurnEvent } from '@aideator/contract/frames';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { ReactNode } from 'react';
import { pageSlots } from '~/lib/stream-slots.ts';
import { StreamSlotsProvider } from '~/lib/stream-slots-context.tsx';
import { TRPCProvider } from '~/trpc/client.ts';

type Observer = Parameters<Parameters<typeof observable>[0]>[0];

/** An error as the API sends it. */
export function apiError(appCode: ErrorCode): TRPCClientError<AppRouter> {
  const shape = { code: -32000, message: appCode, data: { appCode } };
  return TRPCClientError.from({ error: shape } as Parameters<typeof TRPCClientError.from>[0]);
}

/** One subscription as the server sees it. */
export class FakeStream {
  readonly input: unknown;
  isOpen = true;
  readonly #observer: Observer;

  constructor(input: unknown, observer: Observer) {
    this.input = input;
    this.#observer = observer;
  }

  /** The response's headers arrived. */
  start(): void {
    this.#observer.next({ result: { type: 'started' } });
  }

  send(id: string, event: TurnEvent): void {
    this.#observer.next({ result: { id, data: { id, data: event } } });
  }

  /** The transport lost the connection and opens it again. */
  reconnect(): void {
    this.#observer.next({ result: { type: 'state', state: 'connecting', error: new Error('gone') } });
  }

  fail(appCode: ErrorCode): void {
    this.#observer.error(apiError(appCode));
  }

  /** The server ends the stream. */
  end(): void {
    this.#observer.complete();
  }
}

export interface FakeCall {
  path: string;
  input: unknown;
}

/** A fake API behind a tRPC link. The test sends the streams and handles the calls. */
export class FakeApi {
  readonly streams: FakeStream[] = [];
  readonly calls: FakeCall[] = [];
  readonly handlers: Record<string, (input: unknown) => Promise<unknown>> = {};
  readonly queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly #link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        if (op.type === 'subscription') {
          const stream = new FakeStream(op.input, observer as Observer);
          this.streams.push(stream);
          return () => {
            stream.isOpen = false;
          };
        }
        this.calls.push({ path: op.path, input: op.input });
        const handler = this.handlers[op.path] ?? (() => Promise.reject(apiError('internal')));
        handler(op.input).then(
          (data) => {
            observer.next({ result: { type: 'data', data } });
            observer.complete();
          },
          (error: TRPCClientError<AppRouter>) => observer.error(error),
        );
      });
  readonly #client = createTRPCClient<AppRouter>({ links: [this.#link] });

  /** For components and hooks that use the API. */
  readonly Provider = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={this.queryClient}>
      <TRPCProvider trpcClient={this.#client} queryClient={this.queryClient}>
        <StreamSlotsProvider make={pageSlots}>{children}</StreamSlotsProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );

  /** Inputs of the calls of a procedure, oldest first. */
  inputs(path: string): unknown[] {
    return this.calls.filter((call) => call.path === path).map((call) => call.input);
  }
}
