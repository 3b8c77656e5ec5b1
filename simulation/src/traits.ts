// What is special about a home of a town: its meter, who has been at it, and what the utility's
// office does about it. Which home has which stands in plan.ts.

/** Somebody is at the meter, from one hour of the town's life to another. */
export type Tampering = {
  readonly what: 'coverOpened' | 'magnetStarted' | 'reverseEnergy';
  readonly fromHour: number;
  readonly untilHour: number;
};

export type HomeTraits = {
  /** Its meter hears nobody and is heard by nobody: what comes to it is typed. */
  readonly hasNoLink?: boolean;
  /** Absent: one phase. */
  readonly hasThreePhases?: boolean;
  /** The second phase fails between these hours of the town's life. */
  readonly losesPhase?: { readonly fromHour: number; readonly untilHour: number };
  readonly tamperings?: readonly Tampering[];
  /** In wallet mode between these days of the town's life. */
  readonly wallet?: {
    readonly fromDay: number;
    readonly untilDay?: number;
    /** Its people pay once supply is off, or when they owe for days where it may not be. */
    readonly paysLate?: boolean;
  };
  /** Its meter dies, and is exchanged, at these hours of the town's life. */
  readonly exchange?: { readonly diesAtHour: number; readonly exchangedAtHour: number };
  /** From this hour of the town's life on a technician puts its meter into use. */
  readonly installAtHour?: number;
  /** The office gives this home money back about its last sale, now and then. */
  readonly getsCreditNotes?: boolean;
};

const hourMs = 3_600_000;

const isWithin = (
  ageMs: number,
  span: { readonly fromHour: number; readonly untilHour: number },
): boolean => ageMs >= span.fromHour * hourMs && ageMs < span.untilHour * hourMs;

/** What holds at a home's meter at an age of the town. */
export function oddAt(
  traits: HomeTraits,
  ageMs: number,
): { readonly tampered: readonly Tampering['what'][]; readonly isPhaseLost: boolean } {
  const { tamperings = [], losesPhase } = traits;
  return {
    tampered: tamperings.filter((each) => isWithin(ageMs, each)).map(({ what }) => what),
    isPhaseLost: losesPhase !== undefined && isWithin(ageMs, losesPhase),
  };
}
