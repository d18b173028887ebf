/** In place of the package of this name, whose import fails everywhere but in a bundle for a server. */
export {};
