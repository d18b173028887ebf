import Link from 'next/link';
import { DeadEnd } from '~/components/dead-end.tsx';
import { buttonVariants } from '~/components/ui/button.tsx';

export default function SessionNotFound() {
  return (
    <DeadEnd
      title="This chat is not here"
      actions={
        <Link href="/" className={buttonVariants()}>
          Start a new chat
        </Link>
      }
    >
      It was deleted, or it belongs to another account. Your own chats are in the list of chats.
    </DeadEnd>
  );
}
