import { cn } from '~/lib/cn.ts';

/** The logo: one prompt that fans out into answers, one of them chosen. Decorative, because the name is next to it. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={cn('size-6', className)}>
      <rect x="1" y="1" width="22" height="22" rx="6.5" className="fill-brand" />
      <g className="stroke-brand-foreground" strokeWidth="1.75" strokeLinecap="round">
        <path d="M6.4 12h2.2c2.4 0 2.6-5 5-5h1.2" opacity=".55" />
        <path d="M6.4 12h2.2c2.4 0 2.6 5 5 5h1.2" opacity=".55" />
        <path d="M6.4 12h8" />
      </g>
      <circle cx="17.4" cy="12" r="1.9" className="fill-brand-foreground" />
      <circle cx="17.2" cy="7" r="1.15" className="fill-brand-foreground" opacity=".55" />
      <circle cx="17.2" cy="17" r="1.15" className="fill-brand-foreground" opacity=".55" />
    </svg>
  );
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cn('flex items-center gap-2 font-semibold tracking-tight', className)}>
      <LogoMark />
      AIdeator
    </span>
  );
}
