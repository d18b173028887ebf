import { Skeleton } from '~/components/ui/skeleton.tsx';

const PANELS = ['a', 'b', 'c', 'd'];
const LINES = ['92%', '78%', '86%', '40%'];

/** The skeleton of a session while it loads. */
export default function SessionLoading() {
  return (
    <div role="status" aria-label="Loading chat" className="flex min-h-0 flex-1 flex-col gap-6 p-4 md:p-6">
      <Skeleton className="ml-auto h-12 w-2/5 rounded-2xl" />
      <div className="grid min-h-0 flex-1 gap-3 md:grid-cols-2 xl:grid-cols-4">
        {PANELS.map((panel) => (
          <div key={panel} className="rounded-xl border bg-card p-4 max-md:not-first:hidden">
            <Skeleton className="mb-5 h-4 w-28" />
            <div className="grid gap-3">
              {LINES.map((width) => (
                <Skeleton key={width} className="h-3" style={{ width }} />
              ))}
            </div>
          </div>
        ))}
      </div>
      <Skeleton className="mx-auto h-24 w-full max-w-3xl rounded-2xl" />
    </div>
  );
}
