/** Signs out in this browser and loads the sign-in page anew, so that nothing of the person stays in memory. */
export async function signOutHere(): Promise<void> {
  const { signOut } = await import('next-auth/react');
  await signOut({ callbackUrl: '/sign-in' });
}
