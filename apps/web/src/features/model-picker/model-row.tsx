import type { Model } from '@aideator/contract/models';
import { CheckIcon, KeyRoundIcon } from 'lucide-react';
import { Badge } from '~/components/ui/badge.tsx';
import { accentOf } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { capabilityName, formatContext, priceLine } from './model-filter.ts';

interface ModelRowProps {
  model: Model;
  /** The position of its panel when it is chosen. */
  position: number | undefined;
  /** True when no more models can be chosen. */
  blocked: boolean;
  onToggle: () => void;
}

/** One model with its name, capabilities and price. */
export function ModelRow({ model, position, blocked, onToggle }: ModelRowProps) {
  const needsKey = model.key === 'needed';
  const chosen = position !== undefined;
  return (
    <label
      className={cn(
        'flex cursor-pointer items-start gap-2.5 rounded-lg px-2 py-1.5 has-focus-visible:outline-2 has-focus-visible:outline-ring hover:bg-hover',
        (needsKey || blocked) && 'cursor-not-allowed hover:bg-transparent',
      )}
    >
      <input
        type="checkbox"
        className="sr-only"
        checked={chosen}
        disabled={needsKey || blocked}
        onChange={onToggle}
      />
      <span
        aria-hidden="true"
        className={cn(
          'mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-sm border border-input',
          chosen && 'border-transparent text-card',
          (needsKey || blocked) && 'opacity-40',
        )}
        style={chosen ? { background: accentOf(position) } : undefined}
      >
        {chosen && <CheckIcon className="size-3.5" strokeWidth={3} />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className={cn('truncate text-sm leading-5', needsKey && 'text-muted-foreground')}>
            {model.name}
          </span>
          {needsKey && (
            <Badge variant="outline">
              <KeyRoundIcon />
              needs your key
            </Badge>
          )}
          {model.key === 'own' && <Badge>your key</Badge>}
        </span>
        {model.description && (
          <span className="block text-muted-foreground text-xs leading-4">{model.description}</span>
        )}
        {model.capabilities.length > 0 && (
          <span className="block truncate text-muted-foreground text-xs leading-4">
            {model.capabilities.map(capabilityName).join(' · ')}
          </span>
        )}
      </span>
      <Figures model={model} />
    </label>
  );
}

/** Context window and price, aligned over all rows. */
function Figures({ model }: { model: Model }) {
  const price = priceLine(model);
  return (
    <span className="figures grid shrink-0 justify-items-end text-xs leading-5">
      <span className={price === undefined ? 'text-muted-foreground' : 'font-medium'}>
        {price ?? 'price unknown'}
      </span>
      {model.contextTokens !== undefined && (
        <span className="text-muted-foreground leading-4">{formatContext(model.contextTokens)} context</span>
      )}
    </span>
  );
}
