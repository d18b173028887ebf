/** How a person can judge a turn: one response is preferred, several are equally good, or none is good enough. */
export const VERDICTS = ['response', 'tie', 'none'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Whether the session continues with a response after a verdict: always, if the person named one, or never. */
const CONTINUES = { response: 'always', tie: 'if_named', none: 'never' } as const satisfies Record<
  Verdict,
  'always' | 'if_named' | 'never'
>;

/** The verdicts after which the session always continues with a response. */
export const CONTINUING_VERDICTS = VERDICTS.filter((verdict) => CONTINUES[verdict] === 'always');

/** The verdicts after which the session never continues with a response. */
export const ENDING_VERDICTS = VERDICTS.filter((verdict) => CONTINUES[verdict] === 'never');
