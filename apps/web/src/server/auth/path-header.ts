/** The header in which the proxy passes the requested path to layouts. */
export const PATH_HEADER = 'x-aideator-path';
