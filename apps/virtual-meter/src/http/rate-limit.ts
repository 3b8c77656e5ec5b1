// A limit per meter on what the page can do: enough for a person, too little for a guessing
// machine.

export type RateLimitOptions = {
  readonly acts: number;
  readonly perMs: number;
  readonly realNowMs: () => number;
};

/**
 * Whether the key may act now; counts it if so. Keys are meters of this process, so the map stays
 * small.
 */
export function createRateLimit(options: RateLimitOptions): (key: string) => boolean {
  const recent = new Map<string, readonly number[]>();
  return (key) => {
    const nowMs = options.realNowMs();
    const kept = (recent.get(key) ?? []).filter((atMs) => nowMs - atMs < options.perMs);
    const allowed = kept.length < options.acts;
    recent.set(key, allowed ? [...kept, nowMs] : kept);
    return allowed;
  };
}
