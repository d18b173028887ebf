import { ChevronsUpDownIcon } from 'lucide-react';

export interface ShellPerson {
  name: string;
  email: string;
}

export interface UserLabelProps {
  person: ShellPerson;
  /** Shows only the initial. */
  compact: boolean;
}

function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="grid size-7 shrink-0 place-items-center rounded-full bg-brand font-medium text-brand-foreground text-xs uppercase"
    >
      {[...name.trim()][0] ?? '?'}
    </span>
  );
}

export function userTriggerClass(compact: boolean): string {
  const shape = compact ? 'size-9 justify-center' : 'h-11 w-full px-2';
  return `flex items-center gap-2.5 rounded-lg text-left transition-colors hover:bg-hover data-popup-open:bg-hover ${shape}`;
}

/** The content of the account menu's button. Its text is the accessible name. */
export function UserLabel({ person, compact }: UserLabelProps) {
  const shownName = person.name.trim() === '' ? person.email : person.name;
  return (
    <>
      <Initial name={shownName} />
      {compact ? (
        <span className="sr-only">{shownName}</span>
      ) : (
        <>
          <span className="min-w-0 flex-1 truncate font-medium text-sm">{shownName}</span>
          <ChevronsUpDownIcon className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
        </>
      )}
      <span className="sr-only">, account menu</span>
    </>
  );
}
