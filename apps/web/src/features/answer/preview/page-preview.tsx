'use client';

import { useMemo } from 'react';
import { pageDocument } from './page-document.ts';

/** A model's HTML or SVG as it looks, in a frame that runs no scripts and reaches no network. */
export default function PagePreview({ code, kind }: { code: string; kind: 'html' | 'svg' }) {
  const source = useMemo(() => pageDocument(code, kind), [code, kind]);
  return (
    <>
      <iframe
        // Empty on purpose: each word in it would allow something.
        sandbox=""
        srcDoc={source}
        referrerPolicy="no-referrer"
        title={kind === 'svg' ? 'Preview of the SVG' : 'Preview of the HTML'}
        // Pages without colours of their own are written for white paper.
        className="block h-80 w-full bg-white scheme-light"
      />
      <p className="border-t px-3 py-1.5 text-2xs text-muted-foreground">
        Scripts, links and network are off in this preview.
      </p>
    </>
  );
}
