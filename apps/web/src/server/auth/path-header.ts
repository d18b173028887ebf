/** The header in which the proxy tells layouts the path that was asked for. */
export const PATH_HEADER = 'x-aideator-path';
