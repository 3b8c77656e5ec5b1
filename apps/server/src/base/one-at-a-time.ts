// One piece of work that many ask for at once: while it is under way, all who ask share the next.

/** A call ends when a run that began after it has ended; it fails as that run does. */
export function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const begin = (): Promise<void> => {
    const started = run().finally(() => {
      current = null;
    });
    current = started;
    return started;
  };
  return () => {
    if (current === null) return begin();
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = null;
        return begin();
      });
    return next;
  };
}
