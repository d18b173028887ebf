import type { Page } from '@playwright/test';
import { ChatPage, signOut, signUp } from '../support/chat-page.ts';
import { expect, type OpenIdStack, PROVIDER_NAME, test } from '../support/openid.ts';

const ADA = { email: 'ada@example.org', password: 'three unrelated words' };
const GRACE = { sub: 'g-1', email: 'grace@example.org', email_verified: true, name: 'Grace Hopper' };

async function continueWithProvider(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: `Continue with ${PROVIDER_NAME}` }).click();
}

async function expectSignedIn(page: Page): Promise<void> {
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible({ timeout: 30_000 });
}

/** Expects the sign-in page with a reason, and no session. */
async function expectRefused(page: Page, reason: string): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: reason })).toBeVisible();
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
}

const counts = async (stack: OpenIdStack) =>
  (
    await stack.query(
      'select (select count(*)::int from users) as users, (select count(*)::int from accounts) as links',
    )
  )[0];

test.describe.configure({ mode: 'serial' });

test('a new person gets a member account without a password', async ({ page, stack }) => {
  await signUp(page, ADA);
  const chat = new ChatPage(page);
  await signOut(chat);
  stack.provider.person = GRACE;
  await continueWithProvider(page);
  await expectSignedIn(page);
  expect(new URL(page.url()).origin).toBe(stack.url);
  expect(await counts(stack)).toEqual({ users: 2, links: 1 });
  const [made] = await stack.query(
    "select u.email, u.name, u.role, u.password_hash, a.provider, a.provider_account_id from users u join accounts a on a.user_id = u.id where u.email = 'grace@example.org'",
  );
  expect(made).toEqual({
    email: GRACE.email,
    name: GRACE.name,
    role: 'member',
    password_hash: null,
    provider: 'oidc',
    provider_account_id: GRACE.sub,
  });
  await chat.open();
  await chat.send('What Grace asked');
  await chat.done(4);
});

test('a second sign-in finds the same account, even if the e-mail address at the provider has changed', async ({
  page,
  stack,
}) => {
  stack.provider.person = { ...GRACE, email: 'grace.hopper@example.org' };
  await continueWithProvider(page);
  await expectSignedIn(page);
  await expect(new ChatPage(page).session('What Grace asked')).toBeVisible();
  expect(await counts(stack)).toEqual({ users: 2, links: 1 });
});

test('a provider’s e-mail address does not take over a password account, whatever its case', async ({
  page,
  stack,
}) => {
  for (const email of [ADA.email, 'Ada@Example.ORG']) {
    stack.provider.person = { sub: 'mallory', email, email_verified: true, name: 'Mallory' };
    await continueWithProvider(page);
    await expectRefused(page, 'There is already an account with this e-mail that uses a password.');
  }
  expect(await counts(stack)).toEqual({ users: 2, links: 1 });
});

test('an unverified e-mail address creates no account', async ({ page, stack }) => {
  const { email_verified: _, ...unsaid } = GRACE;
  for (const claims of [{ ...GRACE, email_verified: false }, unsaid, { name: 'No e-mail' }]) {
    stack.provider.person = {
      ...claims,
      sub: 'new-1',
      ...('email' in claims && { email: 'new@example.org' }),
    };
    await continueWithProvider(page);
    await expectRefused(page, 'The provider has not confirmed your e-mail.');
  }
  expect(await counts(stack)).toEqual({ users: 2, links: 1 });
});

test('an ID token with a foreign signature is refused', async ({ page, stack }) => {
  stack.provider.person = GRACE;
  stack.provider.forging = true;
  await continueWithProvider(page);
  await expectRefused(page, 'Signing in did not work.');
  stack.provider.forging = false;
});

test('a code of another browser is refused', async ({ page, browser, stack }) => {
  stack.provider.person = GRACE;
  const asked: string[] = [];
  await page.route(`${stack.provider.issuer}/authorize?**`, async (route) => {
    asked.push(route.request().url());
    await route.abort();
  });
  await continueWithProvider(page);
  await expect.poll(() => asked.length).toBe(1);
  const granted = await fetch(asked[0] ?? '', { redirect: 'manual' });
  const other = await browser.newPage();
  await other.goto(granted.headers.get('location') ?? '');
  await expectRefused(other, 'Signing in did not work.');
  await other.close();
});

test('a disabled person is refused at the provider sign-in, and their open pages end', async ({
  page,
  browser,
  stack,
}) => {
  stack.provider.person = GRACE;
  await continueWithProvider(page);
  await expectSignedIn(page);
  await stack.query("update users set disabled_at = now() where email = 'grace@example.org'");
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
  const other = await browser.newPage();
  await continueWithProvider(other);
  await expectRefused(other, 'This account may not sign in here.');
  await other.close();
});
