'use client';

import { ErrorPage } from '~/components/error-page.tsx';

export default function AppError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return <ErrorPage {...props} />;
}
