/** What a person may do on this server. The first account is the admin. */
export const ROLES = ['admin', 'member'] as const;
export type Role = (typeof ROLES)[number];
