const { WEB_URL, RUNNERS_URL } = process.env;
const deadline = Date.now() + 100_000;

const ask = (url, options) => fetch(url, { ...options, signal: AbortSignal.timeout(10_000) });

async function until(what, check) {
  let reason;
  while (Date.now() < deadline) {
    try {
      reason = await check();
      if (reason === undefined) return console.log(`ok: ${what}`);
    } catch (error) {
      reason = error.cause?.message ?? error.message;
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error(`${what}: ${reason}`);
}

await until('the web app is ready, and the gateway answers', async () => {
  const answer = await ask(`${WEB_URL}/api/health/ready`);
  const health = await answer.json();
  return answer.ok && health.gateway === 'ok' ? undefined : JSON.stringify(health);
});
await until('the sign-in page is served', async () => {
  const answer = await ask(`${WEB_URL}/sign-in`);
  return answer.ok && (await answer.text()).includes('<html') ? undefined : `status ${answer.status}`;
});
await until('runs reach the web app', async () => {
  // No run has this token; that it is refused shows who answers.
  const answer = await ask(`${RUNNERS_URL}/run.claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return answer.status >= 400 && answer.status < 500 && answer.status !== 404
    ? undefined
    : `status ${answer.status}`;
});
