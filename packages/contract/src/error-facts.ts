import { AppError, ERROR_CODES } from './errors.ts';

/** The parts of an error that may be logged. Everything else is left out: foreign messages, parameters, rows. */
export interface ErrorFacts {
  name: string;
  /** One of our codes, an SQLSTATE, or a code of Node such as `ECONNREFUSED`. */
  code?: string;
  /** Only for our own errors, whose texts contain ids and numbers, and a few fixed texts of libraries. */
  message?: string;
  /** Schema names from a PostgreSQL error. */
  table?: string;
  column?: string;
  constraint?: string;
  syscall?: string;
  /** Frames only, because the first lines of a stack repeat the message. */
  stack?: string;
  cause?: ErrorFacts;
  errors?: ErrorFacts[];
}

const CAUSES_MAX = 6;
const ERRORS_MAX = 5;
const FRAMES_MAX = 30;
const FACTS_DEPTH_MAX = 6;
const MESSAGE_CHARS_MAX = 2_000;

const NAME = /^[A-Za-z_$][\w$.]{0,79}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,79}$|^[0-9A-Z]{5}$/;
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;
const FRAME =
  /^\s+at (?:[\w$.<>[\]#* ]{1,200} \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\|<anonymous>)[^()\n]*\)?$/;
const OUR_CODES: ReadonlySet<string> = new Set(ERROR_CODES);

/** Names of fields whose values are never logged. */
const SECRET_NAME = /^(?:api_?key|provider_?key|password|token|nonce|authorization|cookie)$/i;
const REDACTED = '[redacted]';
/** Names of fields with the output of another program, which may contain the text of an uncaught error. */
const FOREIGN_TEXT_NAME = /^(?:stderr|line)$/;

/** Texts of libraries without a code or a value. Without them a lost connection would look like a bug. */
const FIXED_MESSAGES: ReadonlySet<string> = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'timeout exceeded when trying to connect',
  'Connection is closed.',
  "Stream isn't writeable and enableOfflineQueue options is false",
  'fetch failed',
  'terminated',
  'other side closed',
]);

/** SQLSTATE classes of failed or closed connections. Their messages contain hosts, databases and roles. */
const CONNECTION_STATE = /^(?:08|28|3D|53|57)/;
const SQL_STATE = /^[0-9A-Z]{5}$/;

/**
 * The facts of a thrown value, by an allow-list. Errors of drivers contain query parameters, rows and request bodies in
 * their messages and properties, so only fields that cannot contain such values are kept.
 */
export function errorFacts(thrown: unknown): ErrorFacts {
  return factsOf(thrown, CAUSES_MAX);
}

/** The facts of a log line. Reduces errors at any depth to their facts and omits secrets by name. */
export function logFacts(facts: object): Record<string, unknown> {
  return safeObject(facts, FACTS_DEPTH_MAX);
}

/**
 * The text of an error for an operator's terminal: its message or, if a query failed, its codes and the names of table,
 * column and constraint.
 */
export function operatorText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return errorFacts(thrown).name;
  if (thrown instanceof AggregateError && thrown.message === '')
    return thrown.errors.slice(0, ERRORS_MAX).map(operatorText).join(', ');
  const chain = causesOf(errorFacts(thrown));
  const isOfQuery = chain.some(({ code = '' }) => SQL_STATE.test(code) && !CONNECTION_STATE.test(code));
  if (!isOfQuery && !('params' in thrown)) return thrown.message;
  return chain
    .map(({ name, code, table, column, constraint }) =>
      [name, code, table, column, constraint].filter(Boolean).join(' '),
    )
    .join(', because of ');
}

function causesOf(facts: ErrorFacts): ErrorFacts[] {
  return [facts, ...(facts.cause ? causesOf(facts.cause) : [])];
}

function factsOf(thrown: unknown, causesLeft: number): ErrorFacts {
  if (!(thrown instanceof Error)) return { name: `thrown ${thrown === null ? 'null' : typeof thrown}` };
  const { name, cause } = thrown;
  const stack = framesOf(thrown);
  const facts: ErrorFacts = {
    name: NAME.test(name) ? name : 'Error',
    ...matching(thrown, 'code', (text) => CODE.test(text) || OUR_CODES.has(text)),
    ...(isMessageSafe(thrown) && { message: thrown.message.slice(0, MESSAGE_CHARS_MAX) }),
    ...matching(thrown, 'table', (text) => IDENTIFIER.test(text)),
    ...matching(thrown, 'column', (text) => IDENTIFIER.test(text)),
    ...matching(thrown, 'constraint', (text) => IDENTIFIER.test(text)),
    ...matching(thrown, 'syscall', (text) => IDENTIFIER.test(text)),
    ...(stack && { stack }),
  };
  if (causesLeft > 0 && cause !== undefined) facts.cause = factsOf(cause, causesLeft - 1);
  if (causesLeft > 0 && thrown instanceof AggregateError) {
    facts.errors = thrown.errors.slice(0, ERRORS_MAX).map((each) => factsOf(each, causesLeft - 1));
  }
  return facts;
}

const isMessageSafe = (error: Error): boolean =>
  AppError[Symbol.hasInstance](error) || FIXED_MESSAGES.has(error.message);

function matching<K extends string>(
  error: Error,
  key: K,
  isAllowed: (text: string) => boolean,
): Partial<Record<K, string>> {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' && isAllowed(value) ? ({ [key]: value } as Record<K, string>) : {};
}

/** Without its header. Omits a stack that does not contain the message, since the start of its frames is unknown. */
function framesOf({ stack = '', message }: Error): string {
  const headerAt = stack.indexOf(message);
  if (headerAt < 0) return '';
  return frameLines(stack.slice(headerAt + message.length));
}

function frameLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, FRAMES_MAX)
    .join('\n');
}

function safeObject(facts: object, depthLeft: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, safeFact(name, value, depthLeft)]),
  );
}

function safeFact(name: string, value: unknown, depthLeft: number): unknown {
  if (SECRET_NAME.test(name)) return REDACTED;
  if (FOREIGN_TEXT_NAME.test(name) && typeof value === 'string')
    return frameLines(value) || `[${value.length} characters]`;
  return safeValue(value, depthLeft);
}

function safeValue(value: unknown, depthLeft: number): unknown {
  if (value instanceof Error) return errorFacts(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depthLeft === 0) return '[too deep]';
  if (Array.isArray(value)) return value.map((each) => safeValue(each, depthLeft - 1));
  return safeObject(value, depthLeft - 1);
}
