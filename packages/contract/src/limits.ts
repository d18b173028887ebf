/** Bounds that several processes must agree on. Sizes are in bytes unless the name says otherwise. */
export const MODELS_PER_TURN_MAX = 6;
export const MODELS_PER_TURN_DEFAULT = 4;
/** Characters (UTF-16 units, as `maxLength` of a text area counts them). */
export const PROMPT_CHARS_MAX = 200_000;
export const FEEDBACK_CHARS_MAX = 2_000;
export const TITLE_CHARS_MAX = 120;
/** A line of the runner stays below the 16 KiB at which container runtimes split lines. */
export const RUN_EVENT_LINE_BYTES_MAX = 8 * 1024;
export const ANSWER_BYTES_MAX = 1024 * 1024;
export const REASONING_BYTES_MAX = 1024 * 1024;
/** Characters of `ErrorInfo.detail`. */
export const ERROR_DETAIL_CHARS_MAX = 2_000;
export const FRAME_INTERVAL_MS = 33;
export const HEARTBEAT_INTERVAL_MS = 15_000;
export const SESSION_PAGE_SIZE_MAX = 50;
