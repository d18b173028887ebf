/** The same for the server's prefetch and the sidebar: it is part of the query's key. */
export const SESSION_LIST_INPUT = { limit: 30 };
