import { describe, expect, test } from 'vitest';
import { errorFacts, logFacts, operatorText } from './error-facts.ts';
import { AppError } from './errors.ts';

const CANARY = 'canary@example.com';
const text = (value: unknown): string => JSON.stringify(value);

/** An error as pg throws it, with all fields of the server's reply. */
function postgresError(): Error {
  return Object.assign(new Error(`duplicate key value: ${CANARY}`), {
    name: 'error',
    code: '23505',
    table: 'users',
    constraint: 'users_email_key',
    detail: `Key (email)=(${CANARY}) already exists.`,
    where: `COPY users, line 1: "${CANARY}"`,
    query: `insert into users values ('${CANARY}')`,
    client: { password: CANARY },
  });
}

describe('the facts of an error', () => {
  test('of PostgreSQL are its code and the names of schema objects, without any value', () => {
    const facts = errorFacts(postgresError());
    expect(facts).toMatchObject({
      name: 'error',
      code: '23505',
      table: 'users',
      constraint: 'users_email_key',
    });
    expect(facts.stack).toMatch(/^\s+at /);
    expect(text(facts)).not.toContain(CANARY);
  });

  test('of Drizzle contain neither statement nor parameters, and include the cause', () => {
    const drizzle = Object.assign(
      new Error(`Failed query: select $1\nparams: ${CANARY}\n    at ${CANARY} (/canary.ts:1:1)`, {
        cause: postgresError(),
      }),
      { query: 'select $1', params: [CANARY] },
    );
    const facts = errorFacts(drizzle);
    expect(facts.cause).toMatchObject({ code: '23505' });
    expect(facts.stack).toMatch(/error-facts\.test/);
    expect(text(facts)).not.toMatch(/canary/);
  });

  test('of our own errors contain code and message', () => {
    const facts = errorFacts(new AppError('conflict', 'run_1 was retried elsewhere', { detail: CANARY }));
    expect(facts).toMatchObject({ code: 'conflict', message: 'run_1 was retried elsewhere' });
    expect(text(facts)).not.toContain(CANARY);
  });

  test('omit a name, code or stack that contains a value', () => {
    const error = Object.assign(new Error('first'), { code: `E ${CANARY}`, table: CANARY });
    error.name = CANARY;
    // A stack is formatted when it is first read.
    expect(error.stack).toContain('first');
    error.message = `changed ${CANARY}`;
    const facts = errorFacts(error);
    expect(facts).toEqual({ name: 'Error' });
  });

  test('of an aggregate are those of each error, and a chain of causes is cut', () => {
    const several = errorFacts(new AggregateError([postgresError(), CANARY], CANARY));
    expect(several.errors).toMatchObject([{ code: '23505' }, { name: 'thrown string' }]);
    const endless = new Error(CANARY);
    endless.cause = endless;
    expect(text(errorFacts(endless))).not.toContain(CANARY);
  });
});

describe('the facts of a log line', () => {
  test('reduce errors at any depth to their facts', () => {
    const line = logFacts({ runId: 'run_1', failed: [{ reason: postgresError() }], err: CANARY.length });
    expect(line).toMatchObject({ runId: 'run_1', failed: [{ reason: { code: '23505' } }], err: 18 });
    expect(text(line)).not.toContain(CANARY);
  });

  test('contain no secret at any depth', () => {
    const secrets = { apiKey: CANARY, deep: { Authorization: CANARY, list: [{ password: CANARY }] } };
    expect(text(logFacts(secrets))).not.toContain(CANARY);
  });

  test('of circular objects are finite', () => {
    const round: { self?: object } = {};
    round.self = round;
    expect(text(logFacts(round))).toContain('[too deep]');
  });
});

test('the output of another program is logged as its stack frames or its length', () => {
  const printed = `SyntaxError: "${CANARY}" is not valid JSON\n    at JSON.parse (<anonymous>)\n`;
  expect(logFacts({ stderr: printed, line: CANARY })).toEqual({
    stderr: '    at JSON.parse (<anonymous>)',
    line: '[18 characters]',
  });
});

describe('the text for an operator', () => {
  test('is the message of our own errors and of network errors', () => {
    expect(operatorText(new Error('Port 3000 is taken.'))).toBe('Port 3000 is taken.');
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:5432'), { code: 'ECONNREFUSED' });
    expect(operatorText(new AggregateError([refused, refused], ''))).toBe(
      'connect ECONNREFUSED ::1:5432, connect ECONNREFUSED ::1:5432',
    );
    const password = Object.assign(new Error('password authentication failed'), { code: '28P01' });
    expect(operatorText(password)).toBe('password authentication failed');
  });

  test('of a failed query is its codes and names, without values', () => {
    const query = Object.assign(new Error(`Failed query\nparams: ${CANARY}`, { cause: postgresError() }), {
      params: [CANARY],
    });
    expect(operatorText(query)).toBe('Error, because of error 23505 users users_email_key');
    expect(operatorText(postgresError())).toBe('error 23505 users users_email_key');
  });
});
