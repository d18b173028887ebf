/** Bounds that several processes must agree on. Sizes are in bytes unless the name says otherwise. */
export const MODELS_PER_TURN_MAX = 6;
export const MODELS_PER_TURN_DEFAULT = 4;
/** UTF-16 units, as counted by `maxLength` of a text area. */
export const PROMPT_CHARS_MAX = 200_000;
export const FEEDBACK_CHARS_MAX = 2_000;
export const TITLE_CHARS_MAX = 120;
export const PERSON_NAME_CHARS_MAX = 100;
/** Of a new password. */
export const PASSWORD_CHARS_MIN = 12;
/** UTF-16 units, as counted by `maxLength` of an input. */
export const PASSWORD_CHARS_MAX = 1_000;
/** A line of the runner stays below the 16 KiB at which container runtimes split lines. */
export const RUN_EVENT_LINE_BYTES_MAX = 8 * 1024;
/** The limit of one response's text, and of its reasoning. Longer ones are cut with a note to the person. */
export const ANSWER_BYTES_MAX = 2 * 1024 * 1024;
export const REASONING_BYTES_MAX = 2 * 1024 * 1024;
/** Largest value of an integer column, so the limit of stored counts and durations. */
export const STORED_INTEGER_MAX = 2 ** 31 - 1;
/** Characters of `ErrorInfo.detail`. */
export const ERROR_DETAIL_CHARS_MAX = 2_000;
export const FRAME_INTERVAL_MS = 33;
export const HEARTBEAT_INTERVAL_MS = 15_000;
/** Concurrent runs of one person. Further runs wait for a place. */
export const RUNS_PER_PERSON_MAX = 24;
/** Unfinished runs of one person, waiting ones included. With as many, a submit or a retry is refused. */
export const UNFINISHED_RUNS_PER_PERSON_MAX = 144;
/** Event streams of one person at each replica. A further stream ends the oldest. */
export const STREAMS_PER_PERSON_MAX = 32;
/** Turns of a session in one page, the newest first. */
export const TURNS_PER_PAGE_MAX = 20;
/** Characters of prompts and answers in one page of turns. The newest turn is always sent. */
export const TURN_PAGE_CHARS_MAX = 1_000_000;
/** Characters of a response's text, and of its reasoning, that are sent with its turn. The rest is sent on request. */
export const RESPONSE_EXCERPT_CHARS = 24_000;
export const SESSION_PAGE_SIZE_MAX = 50;
/** Calls that a browser sends in one HTTP request; the server refuses a larger batch. */
export const CALLS_PER_BATCH_MAX = 20;
