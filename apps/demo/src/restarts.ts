// When a part that died may start again: sooner after the first death, later after each further
// one, and not at all after more than five deaths within a minute.

const windowMs = 60_000;
const mostInWindow = 5;
const firstDelayMs = 250;
const longestDelayMs = 8_000;

export type RestartPolicy = {
  /** Milliseconds to wait before the next start, or 'giveUp'. */
  afterDeath(nowMs: number): number | 'giveUp';
};

/** One policy per supervised part. */
export function createRestartPolicy(): RestartPolicy {
  let deathsMs: number[] = [];
  return {
    afterDeath(nowMs) {
      deathsMs = [...deathsMs.filter((at) => nowMs - at < windowMs), nowMs];
      if (deathsMs.length > mostInWindow) return 'giveUp';
      return Math.min(firstDelayMs * 2 ** (deathsMs.length - 1), longestDelayMs);
    },
  };
}
