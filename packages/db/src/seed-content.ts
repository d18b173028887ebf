import type { FinishReason } from '@aideator/contract/run-event';
import type { Verdict } from '@aideator/contract/verdicts';

/** The prompts and responses of the demo account. */
export interface SeedResponse {
  model: keyof typeof SEED_MODELS;
  text: string;
  firstTokenMs: number;
  totalMs: number;
  finishReason?: FinishReason;
  /** Set for a failed response. */
  errorCode?: 'provider_rate_limited' | 'idle_timeout';
}

export interface SeedTurn {
  prompt: string;
  responses: SeedResponse[];
  /** Index of the preferred response, or `tie` of all that have text. Absent: no verdict yet. */
  verdict?: number | Exclude<Verdict, 'response'>;
  feedback?: string;
}

export interface SeedSession {
  title: string;
  turns: SeedTurn[];
}

/** Prices in millionths of a USD per token, so that sums are exact. */
export const SEED_MODELS = {
  'openai/gpt-5.2-mini': { name: 'GPT-5.2 mini', provider: 'openai', inputPrice: 0.25, outputPrice: 2 },
  'anthropic/claude-haiku-4-5': {
    name: 'Claude Haiku 4.5',
    provider: 'anthropic',
    inputPrice: 1,
    outputPrice: 5,
  },
  'gemini/gemini-2.5-flash': {
    name: 'Gemini 2.5 Flash',
    provider: 'gemini',
    inputPrice: 0.3,
    outputPrice: 2.5,
  },
  'mistral/mistral-small-latest': {
    name: 'Mistral Small',
    provider: 'mistral',
    inputPrice: 0.1,
    outputPrice: 0.3,
  },
} as const;

export const SEED_SESSIONS: readonly SeedSession[] = [
  {
    title: 'Name for a reading app',
    turns: [
      {
        prompt: 'Suggest one name for an app that helps children read aloud. One line of reason.',
        responses: [
          {
            model: 'openai/gpt-5.2-mini',
            text: '**Readling**: small readers, growing; short, easy to say and to spell.',
            firstTokenMs: 412,
            totalMs: 1180,
          },
          {
            model: 'anthropic/claude-haiku-4-5',
            text: '**Story Voice**: it says what the child does: gives a story a voice.',
            firstTokenMs: 655,
            totalMs: 1420,
          },
          {
            model: 'gemini/gemini-2.5-flash',
            text: '**Lektor Junior**: sounds like a job, and children like having one.',
            firstTokenMs: 530,
            totalMs: 1310,
          },
          {
            model: 'mistral/mistral-small-latest',
            text: '**Aloud**: one word, and it is the whole idea.',
            firstTokenMs: 298,
            totalMs: 760,
          },
        ],
        verdict: 3,
        feedback: 'Short, and it says it all.',
      },
      {
        prompt: 'Write a tagline for it, at most six words.',
        responses: [
          {
            model: 'mistral/mistral-small-latest',
            text: 'Aloud: every page finds its voice.',
            firstTokenMs: 305,
            totalMs: 690,
          },
        ],
      },
    ],
  },
  {
    title: 'Why is my SQL query slow?',
    turns: [
      {
        prompt: 'Why can `select * from orders where lower(email) = $1` be slow with an index on email?',
        responses: [
          {
            model: 'openai/gpt-5.2-mini',
            text: 'The index holds `email`, not `lower(email)`, so it cannot be used. Create one on the expression:\n\n```sql\ncreate index orders_email_lower on orders (lower(email));\n```',
            firstTokenMs: 388,
            totalMs: 2210,
          },
          {
            model: 'anthropic/claude-haiku-4-5',
            text: 'A plain index stores the column as it is. The filter compares a *computed* value, and the planner falls back to a full scan. Two ways out: an index on `lower(email)`, or a `citext` column.',
            firstTokenMs: 702,
            totalMs: 2680,
          },
          {
            model: 'gemini/gemini-2.5-flash',
            text: '',
            firstTokenMs: 0,
            totalMs: 3050,
            errorCode: 'provider_rate_limited',
          },
        ],
        verdict: 0,
        feedback: 'Shows the statement I need.',
      },
      {
        prompt: 'Does the index need to be unique?',
        responses: [
          {
            model: 'openai/gpt-5.2-mini',
            text: 'Only if two orders may never share an address. For speed alone a plain index is right.',
            firstTokenMs: 401,
            totalMs: 1120,
          },
        ],
      },
      {
        prompt: 'Compare a partial index with a full one for open orders only.',
        responses: [
          {
            model: 'openai/gpt-5.2-mini',
            text: "A partial index (`where status = 'open'`) is smaller, stays in memory and costs less per write. It helps only queries that repeat the condition.",
            firstTokenMs: 420,
            totalMs: 1990,
          },
          {
            model: 'mistral/mistral-small-latest',
            text: 'A partial index is smaller and faster for open orders. A full index serves every status.',
            firstTokenMs: 310,
            totalMs: 1240,
          },
        ],
        verdict: 'tie',
      },
    ],
  },
  {
    title: 'A haiku about rain',
    turns: [
      {
        prompt: 'Write a haiku about rain on a tin roof.',
        responses: [
          {
            model: 'anthropic/claude-haiku-4-5',
            text: 'Fingers of the storm\ndrumming on the rusted tin:\nthe house holds its breath.',
            firstTokenMs: 640,
            totalMs: 1150,
          },
          {
            model: 'gemini/gemini-2.5-flash',
            text: 'Silver beads fall fast,\na thousand small tambourines\nsing above my bed.',
            firstTokenMs: 512,
            totalMs: 1090,
          },
          {
            model: 'mistral/mistral-small-latest',
            text: 'Rain upon the roof, it goes on and on and',
            firstTokenMs: 290,
            totalMs: 31_000,
            errorCode: 'idle_timeout',
          },
        ],
        verdict: 1,
      },
      {
        prompt: 'Now one about snow.',
        responses: [
          {
            model: 'gemini/gemini-2.5-flash',
            text: 'Nobody has walked\nacross the white page outside.\nEven the dog waits.',
            firstTokenMs: 498,
            totalMs: 1020,
          },
          {
            model: 'anthropic/claude-haiku-4-5',
            text: 'Snow remembers all\nthe small feet of the sparrows,\nthen forgets again.',
            firstTokenMs: 610,
            totalMs: 1130,
          },
        ],
        verdict: 'none',
        feedback: 'Both fine, neither moved me.',
      },
    ],
  },
];
