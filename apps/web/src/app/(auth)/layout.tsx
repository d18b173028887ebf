import type { ReactNode } from 'react';
import { Logo } from '~/components/logo.tsx';
import { AnswersPreview } from '~/features/auth/answers-preview.tsx';

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <div className="flex flex-col px-6 py-6 sm:px-10">
        <header>
          <Logo />
        </header>
        <main className="mx-auto flex w-full max-w-[22.5rem] flex-1 flex-col justify-center py-12">
          {children}
        </main>
      </div>
      <aside className="hidden border-l bg-sidebar lg:block" aria-label="What AIdeator does">
        <AnswersPreview />
      </aside>
    </div>
  );
}
