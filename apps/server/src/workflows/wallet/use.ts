// Use between instants, from validated spans of the register: what a wallet is charged for. Pure.
// Parts of a span are differences of running sums, so they add up to the span whatever the cuts.

import { zonedAt } from '@prewatt/quantities';
import type { UsageInterval } from '@prewatt/tariff';

/** Between two good readings; `energyWh` null: the register jumped and nobody has said why. */
export type UseSpan = {
  readonly startMs: number;
  readonly endMs: number;
  readonly energyWh: bigint | null;
};

/** Tariff periods begin on the half-hour at the finest. */
const stepMs = 1_800_000;

/** Energy used up to an instant, from the first span's start; a jump counts nothing. */
function usedUpTo(spans: readonly UseSpan[], atMs: number): bigint {
  let sum = 0n;
  for (const { startMs, endMs, energyWh } of spans) {
    if (atMs <= startMs) break;
    const whole = energyWh ?? 0n;
    sum += atMs >= endMs ? whole : (whole * BigInt(atMs - startMs)) / BigInt(endMs - startMs);
  }
  return sum;
}

export const energyBetween = (spans: readonly UseSpan[], fromMs: number, toMs: number): bigint =>
  usedUpTo(spans, toMs) - usedUpTo(spans, fromMs);

/** What is known up to an instant; the span that crosses it gives the part before it. */
export function spansUntil(spans: readonly UseSpan[], untilMs: number): UseSpan[] {
  return spans.flatMap((span) => {
    if (span.startMs >= untilMs) return [];
    if (span.endMs <= untilMs) return [span];
    const energyWh = span.energyWh === null ? null : energyBetween([span], span.startMs, untilMs);
    return [{ ...span, endMs: untilMs, energyWh }];
  });
}

/** The last instant up to which use is known; null when none is after `fromMs`. */
export function knownUntil(spans: readonly UseSpan[], fromMs: number): number | null {
  const end = spans.at(-1)?.endMs ?? fromMs;
  return end > fromMs ? end : null;
}

/**
 * The use from one instant to another as intervals of the tariff: cut where the register was read,
 * and at half-hours where it was silent, each with its civil moment in the zone.
 */
export function usageIntervals(
  spans: readonly UseSpan[],
  o: { readonly fromMs: number; readonly toMs: number; readonly zone: string },
): UsageInterval[] {
  const cuts = new Set<number>([o.fromMs, o.toMs]);
  for (const { startMs, endMs } of spans) {
    for (const edge of [startMs, endMs]) if (edge > o.fromMs && edge < o.toMs) cuts.add(edge);
  }
  const first = Math.ceil(o.fromMs / stepMs) * stepMs;
  for (let at = first; at < o.toMs; at += stepMs) if (at > o.fromMs) cuts.add(at);
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(1).map((endMs, i) => {
    const startMs = edges[i] ?? endMs;
    const local = zonedAt(startMs, o.zone);
    return {
      at: {
        date: local.toPlainDate().toString(),
        time: local.toPlainTime().toString().slice(0, 5),
      },
      energyWh: energyBetween(spans, startMs, endMs),
    };
  });
}

/** Instants from one to another at which a civil day of the zone begins. */
export function midnightsBetween(fromMs: number, toMs: number, zone: string): number[] {
  const found: number[] = [];
  let day = zonedAt(fromMs, zone).toPlainDate();
  for (;;) {
    day = day.add({ days: 1 });
    const startMs = day.toZonedDateTime(zone).epochMilliseconds;
    if (startMs >= toMs) return found;
    if (startMs > fromMs) found.push(startMs);
  }
}
