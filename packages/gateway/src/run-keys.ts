import { createHmac } from 'node:crypto';

/** The same as `PREFIX` in `python/run_tokens.py`, which checks the tokens. */
const PREFIX = 'sk-run-';

/** The variable from which the web app and the gateway's process read the secret that signs tokens. */
export const TOKEN_SECRET_VARIABLE = 'GATEWAY_TOKEN_SECRET';

/** The clocks of web app and gateway may differ by this much. */
const CLOCK_MARGIN_SECONDS = 120;

/** The right of a run to call one model at the gateway for a limited time. */
export interface RunGrant {
  runId: string;
  /** The model's exact id in the request to the gateway. */
  model: string;
  lifetimeSeconds: number;
}

/** Returns the key with which a run calls the gateway. Undefined if the gateway needs none. */
export interface RunKeys {
  /** `master`: runs hold the web app's own key, which has every right at the gateway. */
  kind: 'token' | 'restricted' | 'master' | 'none';
  keyFor(grant: RunGrant): string | undefined;
}

export interface RunKeysOptions {
  /** Set if the gateway checks tokens with `run_tokens.py`. */
  tokenSecret?: string | undefined;
  /** A key of the gateway that the operator has restricted. */
  runnerApiKey?: string | undefined;
  /** The web app's own key of the gateway. */
  apiKey?: string | undefined;
}

/** For the operator, when `kind` is `master`. */
export const MASTER_KEY_WARNING =
  'Every run gets LITELLM_API_KEY, which may do more than a run needs. Set LITELLM_RUNNER_API_KEY to a key that is restricted to chat completions, or GATEWAY_TOKEN_SECRET if the gateway checks the tokens of runs.';

/** The narrowest key that the settings allow: a token per run, else the restricted key, else the web app's own. */
export function createRunKeys({ tokenSecret, runnerApiKey, apiKey }: RunKeysOptions): RunKeys {
  if (tokenSecret !== undefined) {
    return {
      kind: 'token',
      keyFor: (grant) => signRunToken(tokenSecret, grant, Date.now() / 1000),
    };
  }
  if (runnerApiKey !== undefined) return { kind: 'restricted', keyFor: () => runnerApiKey };
  return { kind: apiKey === undefined ? 'none' : 'master', keyFor: () => apiKey };
}

/** A token for `run_tokens.py`, which documents the format. `now` is in seconds since 1970. */
export function signRunToken(secret: string, grant: RunGrant, now: number): string {
  const exp = Math.ceil(now + grant.lifetimeSeconds + CLOCK_MARGIN_SECONDS);
  const payload = JSON.stringify({ exp, model: grant.model, run: grant.runId });
  const signed = PREFIX + Buffer.from(payload).toString('base64url');
  return signed + createHmac('sha256', secret).update(signed).digest('base64url');
}
