// How often a phone is answered and may buy, by the hour. Counted in this process alone.

export type PhoneLimits = { readonly mayHave: (phone: string, what: LimitedThing) => boolean };

const perHour = { answer: 20, purchase: 6, screen: 300 } as const;
export type LimitedThing = keyof typeof perHour;

const hourMs = 3_600_000;
/** Beyond that the oldest are forgotten. */
const phonesHeld = 100_000;

export function createPhoneLimits(nowMs: () => number): PhoneLimits {
  const counts = new Map<string, { fromMs: number; count: number }>();
  return {
    mayHave: (phone, what) => {
      const key = `${what} ${phone}`;
      const now = nowMs();
      const held = counts.get(key);
      const isOver = held === undefined || now - held.fromMs >= hourMs;
      const next = isOver ? { fromMs: now, count: 1 } : { ...held, count: held.count + 1 };
      counts.delete(key);
      counts.set(key, next);
      const [oldest] = counts.keys();
      if (counts.size > phonesHeld && oldest !== undefined) counts.delete(oldest);
      return next.count <= perHour[what];
    },
  };
}
