// How a lighting account stands: enough credit, so little that lamps are dimmed, or none. Dim comes
// before dark, and a level that was left is not taken again at once: lamps do not go to and fro.

/** `usedUp`: only protected crossings burn. */
export type Standing = 'enough' | 'low' | 'usedUp';

export type StandingAsked = {
  readonly before: Standing;
  readonly isUsedUp: boolean;
  /** Null: unknown, which dims nothing. */
  readonly nightsLeftTenths: number | null;
  readonly dimBelowNights: number;
};

/** Back to full light by a night more than it was dimmed at. */
const backByTenths = 10;

export function standingOf(asked: StandingAsked): Standing {
  const { before, isUsedUp, nightsLeftTenths, dimBelowNights } = asked;
  if (isUsedUp) return 'usedUp';
  if (nightsLeftTenths === null) return before === 'usedUp' ? 'enough' : before;
  const least = dimBelowNights * 10 + (before === 'low' ? backByTenths : 0);
  return dimBelowNights > 0 && nightsLeftTenths < least ? 'low' : 'enough';
}
