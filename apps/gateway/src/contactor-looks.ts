// What is known of a contactor by the looks at it: what it was found to be, and since when nobody
// knows.

export type ContactorLooks = {
  /** Null: it did not say. Answers what became of `unknownSinceMs`; undefined: nothing. */
  readonly take: (closed: boolean | null, atMs: number) => number | null | undefined;
  /** As the newest look found it; null: it did not say. */
  readonly closed: () => boolean | null;
  /** When it was seen last, once it has not answered for some looks; else null. */
  readonly unknownSinceMs: () => number | null;
};

/** `unknownAfter`: looks in a row without an answer. */
export function createContactorLooks(startMs: number, unknownAfter: number): ContactorLooks {
  let closed: boolean | null = null;
  let seenAtMs = startMs;
  let failures = 0;
  const unknownSinceMs = (): number | null => (failures < unknownAfter ? null : seenAtMs);
  return {
    take: (found, atMs) => {
      const before = unknownSinceMs();
      closed = found;
      failures = found === null ? failures + 1 : 0;
      if (found !== null) seenAtMs = atMs;
      const after = unknownSinceMs();
      return after === before ? undefined : after;
    },
    closed: () => closed,
    unknownSinceMs,
  };
}
