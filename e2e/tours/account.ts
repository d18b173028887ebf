import type { Tour } from './tour.ts';

/** The sign-up page of an installation without accounts. */
export async function firstVisit(tour: Tour): Promise<void> {
  await tour.page.goto('/');
  await tour.page.getByRole('button', { name: 'Create account' }).waitFor();
  await tour.shoot('01-sign-up-first');
}

/** The pages of a signed-out person. */
export async function signedOut(tour: Tour): Promise<void> {
  const { page } = tour;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await tour.shoot('02-sign-in');
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('The e-mail or password is wrong').waitFor();
  await tour.shoot('03-sign-in-refused');
  for (const error of ['OAuthAccountNotLinked', 'email_unverified', 'rate_limited', 'AccessDenied']) {
    await page.goto(`/sign-in?error=${error}`);
    await page.getByRole('alert').getByText('.').waitFor();
    await tour.shoot(`03-sign-in-error-${error}`);
  }
  await page.goto('/sign-up');
  await page.getByLabel('E-mail').fill('grace@example.org');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('That is 5 of at least').waitFor();
  await tour.shoot('04-sign-up-short-password');
  await page.goto('/no/such/page');
  await tour.shoot('05-signed-out-elsewhere');
}
