'use client';

import { useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { useHydrated } from '~/lib/use-hydrated.ts';

interface ProviderButtonsProps {
  providers: { id: string; name: string }[];
  next: string;
}

/** Buttons to sign in through GitHub, Google or the organisation's own provider. Shows those that are configured. */
export function ProviderButtons({ providers, next }: ProviderButtonsProps) {
  const hydrated = useHydrated();
  const [leaving, setLeaving] = useState(false);
  if (providers.length === 0) return null;

  async function leave(id: string) {
    setLeaving(true);
    const { signIn } = await import('next-auth/react');
    await signIn(id, { callbackUrl: next });
  }

  return (
    <div className="mt-6 grid gap-2.5">
      <div className="mb-2.5 flex items-center gap-3 text-muted-foreground text-xs">
        <div className="h-px flex-1 bg-border" />
        or
        <div className="h-px flex-1 bg-border" />
      </div>
      {providers.map((provider) => (
        <Button
          key={provider.id}
          variant="outline"
          size="lg"
          disabled={!hydrated || leaving}
          onClick={() => void leave(provider.id)}
        >
          Continue with {provider.name}
        </Button>
      ))}
    </div>
  );
}
