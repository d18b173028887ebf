import type { Logger } from '../logger.ts';

const nothing = (): void => undefined;

export const silentLog: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
