import { TriangleAlertIcon } from 'lucide-react';

/** Says that the live stream does not arrive although other requests succeed. */
export function HeldBackNotice() {
  return (
    <div
      role="status"
      className="mx-auto mb-2 flex w-full max-w-3xl items-start gap-3 rounded-xl border border-warning/40 bg-muted px-4 py-2.5 text-[0.8125rem] leading-5"
    >
      <TriangleAlertIcon className="mt-0.5 size-4 shrink-0 text-warning" />
      <p>
        Text does not arrive while it is written. A proxy between this browser and the server probably holds
        the stream back. Each answer appears here once it is complete. The proxy’s operator can turn off
        response buffering for <code className="font-mono text-xs">/api/trpc</code>.
      </p>
    </div>
  );
}
