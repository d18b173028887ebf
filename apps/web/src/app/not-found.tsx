import type { Metadata } from 'next';
import Link from 'next/link';
import { DeadEnd } from '~/components/dead-end.tsx';
import { buttonVariants } from '~/components/ui/button.tsx';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="flex min-h-dvh">
      <DeadEnd
        title="There is no such page"
        actions={
          <Link href="/" className={buttonVariants()}>
            Go to a new chat
          </Link>
        }
      >
        The address may be mistyped, or the page was deleted.
      </DeadEnd>
    </main>
  );
}
