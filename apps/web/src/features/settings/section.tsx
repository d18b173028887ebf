import type { ReactNode } from 'react';

interface SectionProps {
  id: string;
  title: string;
  description: ReactNode;
  children: ReactNode;
}

export function Section({ id, title, description, children }: SectionProps) {
  return (
    <section aria-labelledby={id} className="mt-10">
      <h2 id={id} className="font-semibold text-base">
        {title}
      </h2>
      <p className="mt-1 max-w-[62ch] text-muted-foreground text-sm">{description}</p>
      <div className="mt-5 overflow-hidden rounded-xl border bg-card shadow-raised">{children}</div>
    </section>
  );
}
