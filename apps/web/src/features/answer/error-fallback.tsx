'use client';

import { Component, type ReactNode } from 'react';

interface ErrorFallbackProps {
  fallback: ReactNode;
  children: ReactNode;
}

/** Shows something simpler in place of what can't be drawn or loaded. The rest of the page is not affected. */
export class ErrorFallback extends Component<ErrorFallbackProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
