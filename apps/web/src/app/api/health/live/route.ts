/** Liveness: 200 as long as the process can serve requests. */
export function GET(): Response {
  return Response.json({ status: 'ok' });
}
