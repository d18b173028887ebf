/** Signs out in this browser and reloads to the sign-in page, so that no data of the person stays in memory. */
export async function signOutHere(): Promise<void> {
  const { signOut } = await import('next-auth/react');
  await signOut({ callbackUrl: '/sign-in' });
}
