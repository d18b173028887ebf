import { describe, expect, test } from 'vitest';
import { isGuessable, newPasswordSchema } from './password.ts';

const ADA = ['ada.lovelace@example.org', 'Ada Lovelace'];

describe('a new password', () => {
  test.each([
    ['password12', 'a common one and a number'],
    ['PASSWORD1234', 'in capitals'],
    ['P@ssw0rd12!', 'with digits for letters'],
    ['drowssap12', 'reversed'],
    ['passwordpassword', 'twice'],
    ['football2024!', 'with a year'],
    ['qwertyuiop', 'a row of keys'],
    ['1234567890', 'a sequence'],
    ['aaaaaaaaaaaa', 'one letter'],
    ['x'.repeat(1_000), 'one letter, many times'],
    ['lovelace2024', 'the person’s name'],
  ])('%s is refused: %s', async (password) => {
    expect(await isGuessable(password, ADA)).toBe(true);
  });

  test.each(['three unrelated words', 'Tr0ub4dor&3-blue', '123e4567-e89b-42d3', '高い山の上の猫は白い'])(
    '%s is taken',
    async (password) => expect(await isGuessable(password, ADA)).toBe(false),
  );

  test('is checked quickly, even if it was crafted to take long', async () => {
    await isGuessable('three unrelated words', []);
    const started = performance.now();
    await isGuessable('p@ssw0rdqwerty1'.repeat(66), ADA);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test.each([
    ['\0'.repeat(10), 'ten NULs'],
    ['three\nunrelated words', 'a line break'],
    ['three unrelated\u0085words', 'a control character of Latin-1'],
    ['three unrelated \ud800 words', 'half a character'],
    ['x'.repeat(1_001), 'more than 1,000 characters'],
    ['eleven char', 'fewer than 12 characters'],
  ])('%j is malformed: %s', (password) => expect(newPasswordSchema.safeParse(password).success).toBe(false));
});
