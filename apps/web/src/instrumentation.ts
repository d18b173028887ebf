export async function register(): Promise<void> {
  // The edge compile must not see Node's APIs.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { registerNode } = await import('./instrumentation-node');
    await registerNode();
  }
}
