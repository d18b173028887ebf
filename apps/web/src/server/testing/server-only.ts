/** Replaces the package of this name, whose import fails everywhere except in a server bundle. */
export {};
