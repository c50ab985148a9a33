/** Messages between the panel and its host. Grown with the panel. */
export const PROTOCOL_VERSION = 1;
