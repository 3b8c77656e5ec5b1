// Which gateway a message goes to next, from what was tried before. Pure.

export type AttemptOutcome =
  | 'handing'
  | 'accepted'
  | 'refused'
  | 'later'
  | 'unknown'
  | 'delivered'
  | 'undelivered';

export type Attempt = {
  readonly nth: number;
  readonly gateway: string;
  readonly outcome: AttemptOutcome;
  /** How often it was handed over in this attempt. */
  readonly tries: number;
};

/**
 * How long an unclear answer is waited on before the message goes again, by how often it was handed
 * to that gateway. A token that is lost is worse than one that comes twice.
 */
const unclearMs = [60_000, 300_000, 900_000, 3_600_000, 14_400_000] as const;
export const unclearDelayMs = (tries: number): number =>
  unclearMs[Math.min(tries, unclearMs.length) - 1] ?? unclearMs[0];

/**
 * The first in their order that has not had the message, or was away when it had; else the one with
 * the fewest tries whose answer was unclear, up to five. Null: there is none left. `away` are those
 * that took nothing just now.
 */
export function nextGateway(
  names: readonly string[],
  attempts: readonly Attempt[],
  away: ReadonlySet<string> = new Set(),
): string | null {
  const here = names.filter((name) => !away.has(name));
  const had = new Map(attempts.map((attempt) => [attempt.gateway, attempt]));
  const outcomeOf = (name: string) => had.get(name)?.outcome ?? 'later';
  const fresh = here.find((name) => outcomeOf(name) === 'later');
  if (fresh !== undefined) return fresh;
  const triesOf = (name: string) => had.get(name)?.tries ?? 0;
  const [again] = here
    .filter((name) => ['handing', 'unknown'].includes(outcomeOf(name)))
    .filter((name) => triesOf(name) < unclearMs.length)
    .sort((a, b) => triesOf(a) - triesOf(b));
  return again ?? null;
}
