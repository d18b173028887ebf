'use client';

import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { Popover } from '@base-ui/react/popover';
import { KeyRoundIcon, RotateCwIcon, SearchIcon, XIcon } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { accentOf } from '~/lib/accents.ts';
import { shortNames } from '~/lib/short-names.ts';
import { filterModels, type ModelGroup } from './model-filter.ts';
import { ModelRow } from './model-row.tsx';
import type { ModelSelection } from './use-model-selection.ts';

/** The list of all models, grouped by provider, with a search field and the chosen models on top. */
export function ModelList({ selection }: { selection: ModelSelection }) {
  const [query, setQuery] = useState('');
  const { models } = selection;
  // Not deferred: an arrow key right after a letter must move in the filtered list.
  const { groups, matches } = useMemo(() => filterModels(models, query), [models, query]);
  const shown = groups.reduce((sum, group) => sum + group.models.length, 0);
  const list = useRef<HTMLDivElement>(null);
  const boxes = () => [...(list.current?.querySelectorAll<HTMLInputElement>('input:not(:disabled)') ?? [])];

  function move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = boxes();
    const at = all.indexOf(document.activeElement as HTMLInputElement);
    all[Math.min(all.length - 1, Math.max(0, at + step))]?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys are a shortcut between controls that Tab also reaches
    <div className="flex min-h-0 flex-col" onKeyDown={move}>
      <div className="flex items-center gap-2 px-4 pt-3">
        <Popover.Title className="font-semibold text-sm">Models</Popover.Title>
        <span className="figures text-muted-foreground text-xs">
          {selection.ids.length} of {MODELS_PER_TURN_MAX}
        </span>
        <span className="ml-auto text-muted-foreground text-xs">USD per 1M tokens</span>
      </div>
      <Chosen selection={selection} />
      <Search value={query} onChange={setQuery} />
      <div ref={list} className="min-h-0 overflow-y-auto overscroll-contain px-2 pb-2">
        {groups.map((group) => (
          <Group key={group.provider} group={group} selection={selection} />
        ))}
        {matches > shown && (
          <p className="px-2 py-2 text-muted-foreground text-xs">
            {matches - shown} more. Search to narrow them down.
          </p>
        )}
        {matches === 0 && <NoMatches selection={selection} query={query} />}
      </div>
    </div>
  );
}

function Chosen({ selection }: { selection: ModelSelection }) {
  if (selection.selected.length === 0) {
    return (
      <p className="px-4 pt-2 text-[0.8125rem] text-muted-foreground">
        Choose 1 to {MODELS_PER_TURN_MAX} models.
      </p>
    );
  }
  const names = shortNames(selection.selected.map((model) => model.name));
  return (
    <ul
      aria-label="Chosen models"
      className="flex shrink-0 gap-1.5 overflow-x-auto px-4 pt-2.5 [scrollbar-width:none] md:flex-wrap"
    >
      {selection.selected.map((model, position) => (
        <li
          key={model.id}
          className="flex h-7 touch:h-10 max-w-full shrink-0 items-center gap-1.5 rounded-full border pr-0.5 pl-2.5 text-xs"
        >
          <span
            aria-hidden="true"
            className="size-2 shrink-0 rounded-full"
            style={{ background: accentOf(position) }}
          />
          <span className="truncate">{names[position]}</span>
          <button
            type="button"
            aria-label={`Remove ${model.name}`}
            onClick={() => selection.toggle(model.id)}
            className="grid size-6 touch:size-10 shrink-0 place-items-center rounded-full text-muted-foreground hover:bg-hover hover:text-foreground"
          >
            <XIcon className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div className="relative m-3 mb-1.5">
      <SearchIcon className="pointer-events-none absolute top-2.5 touch:top-3 left-3 size-4 text-muted-foreground" />
      <input
        type="search"
        aria-label="Search models"
        placeholder="Search by name, provider or capability"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-9 touch:h-10 w-full rounded-lg border border-input bg-card pr-3 pl-9 text-base outline-none placeholder:text-muted-foreground focus-visible:border-ring focus-visible:ring-3 focus-visible:ring-ring/25 sm:text-sm"
      />
    </div>
  );
}

function Group({ group, selection }: { group: ModelGroup; selection: ModelSelection }) {
  const headingId = useId();
  const full = selection.ids.length >= MODELS_PER_TURN_MAX;
  const locked = group.models.some((model) => model.key === 'needed');
  return (
    <section aria-labelledby={headingId}>
      <div className="sticky top-0 z-10 flex min-h-8 items-center gap-3 bg-popover px-2 pt-1.5 pb-0.5">
        <p id={headingId} className="font-medium text-muted-foreground text-xs">
          {group.providerName}
        </p>
        {locked && (
          <Link
            href={`/settings?key=${group.provider}` as Route}
            className="ml-auto inline-flex items-center gap-1.5 rounded-md font-medium text-brand text-xs underline-offset-2 hover:underline touch:min-h-10"
          >
            <KeyRoundIcon aria-hidden="true" className="size-3.5" />
            Add your {group.providerName} key
          </Link>
        )}
      </div>
      {group.models.map((model) => {
        const position = selection.ids.indexOf(model.id);
        return (
          <ModelRow
            key={model.id}
            model={model}
            position={position < 0 ? undefined : position}
            blocked={full && position < 0}
            onToggle={() => selection.toggle(model.id)}
          />
        );
      })}
    </section>
  );
}

function NoMatches({ selection, query }: { selection: ModelSelection; query: string }) {
  if (selection.models.length > 0) {
    return (
      <p className="px-2 py-6 text-center text-[0.8125rem] text-muted-foreground">
        No model matches “{query}”.
      </p>
    );
  }
  const text = selection.gatewayUnreachable
    ? 'The model gateway cannot be reached, so there is no list of models now.'
    : selection.failed
      ? 'The list of models could not be loaded.'
      : 'Loading models…';
  return (
    <div className="grid justify-items-center gap-3 px-2 py-6 text-center text-[0.8125rem] text-muted-foreground">
      <p role="status">{text}</p>
      {(selection.gatewayUnreachable || selection.failed) && (
        <Button variant="outline" size="sm" disabled={selection.loading} onClick={selection.reload}>
          <RotateCwIcon />
          Try again
        </Button>
      )}
    </div>
  );
}
