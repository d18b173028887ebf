/** Answers while the process serves at all. */
export function GET(): Response {
  return Response.json({ status: 'ok' });
}
