// When a meter counts as silent in lists and on pages.

/** So long after its last contact a meter with a link counts as silent. */
export const silentAfterMs = 6 * 3_600_000;
