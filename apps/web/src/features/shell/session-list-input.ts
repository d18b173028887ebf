/** Part of the query key, so the server's prefetch and the sidebar must use the same input. */
export const SESSION_LIST_INPUT = { limit: 30 };
