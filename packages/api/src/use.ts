// The customer's page of use: GET /connections/:id/use?by=&at= . Energy in whole watt-hours and
// money in minor units, both as text.

/** What the page shows: a day by hours, a week and a month by days, a year by months. */
export const useSpans = ['day', 'week', 'month', 'year'] as const;
export type UseSpanName = (typeof useSpans)[number];

export type UsePart = {
  /** The hour that begins ("2026-11-24T13"), the day or the month ("2026-11"). */
  readonly key: string;
  /** Null where nothing is known of it, or it is still to come. */
  readonly energyWh: string | null;
  /** By the prices of that time, taxes included; without fixed charges. */
  readonly costMinor: string | null;
};

export type UseView = {
  readonly connection: { readonly connectionId: string; readonly name: string };
  readonly by: UseSpanName;
  /** First and last day. */
  readonly from: string;
  readonly to: string;
  /** Days by which the spans before and after are asked for; null where there is none. */
  readonly previous: string | null;
  readonly next: string | null;
  readonly parts: readonly UsePart[];
  readonly energyWh: string;
  /** Null when the cost of a part is not known. */
  readonly costMinor: string | null;
  /** What the span before had in the parts that both know; null where that is too little. */
  readonly before: { readonly energyWh: string; readonly sameWh: string } | null;
  /** What the home never goes below, by its last two weeks. */
  readonly baseLoad: {
    readonly powerW: string;
    readonly monthWh: string;
    readonly monthMinor: string | null;
    /** The average price of a kilowatt-hour on which it rests; null without one. */
    readonly kwhMinor: string | null;
  } | null;
  /** How long credit lasts by the average of two weeks, and with a kilowatt-hour less a day. */
  readonly saving: { readonly days: string; readonly daysWithLess: string } | null;
  /** What is on the meter, spread up to a day; null where it is not energy or nobody knows it. */
  readonly lasting: {
    /** The day in whose morning it may be over; today before one is asked for. */
    readonly until: string;
    /** From today on, today being one; null before a day is asked for. */
    readonly days: number | null;
    readonly leftWh: string;
    readonly averageWh: string;
  } | null;
};
