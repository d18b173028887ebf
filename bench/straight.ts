/** Milliseconds from a direct call to the gateway to its first token. */
export async function straight(gatewayUrl: string, model: string): Promise<number> {
  const startedMs = performance.now();
  const response = await fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    }),
  });
  let text = '';
  let firstMs: number | undefined;
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (firstMs === undefined && /"content":"[^"]/.test(text)) firstMs = performance.now() - startedMs;
  }
  if (firstMs === undefined) throw new Error('no token arrived');
  return firstMs;
}
