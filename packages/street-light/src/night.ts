// A night from noon to noon: when the sun is down, when lamps burn, and at which level at each
// moment of it. All else that is known of a night (what is due now, its energy, its picture) is
// read from here.

import { type DimProgramme, isOfMorning, type LightMoment, planOf } from './programme.ts';
import { type Place, sunOn } from './sun.ts';

export type Stretch = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly levelPercent: number;
};

export type Night = {
  /** The day on which it begins, as `YYYY-MM-DD`. */
  readonly date: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: the sun does not set. Without a day between, it is the whole of it. */
  readonly dark: { readonly fromMs: number; readonly toMs: number } | null;
  /** Without gaps from noon to noon; 0 is off. */
  readonly stretches: readonly Stretch[];
};

export type NightAsked = {
  readonly place: Place;
  readonly zone: string;
  readonly programme: DimProgramme;
};

const noonOn = (date: Temporal.PlainDate, zone: string): number =>
  date.toZonedDateTime({ timeZone: zone, plainTime: '12:00' }).epochMilliseconds;

/** The night that an instant belongs to. */
export function nightDateAt(atMs: number, zone: string): Temporal.PlainDate {
  const there = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const date = there.toPlainDate();
  return atMs < noonOn(date, zone) ? date.subtract({ days: 1 }) : date;
}

/** When the sun is down between two noons. */
function darkOf(
  { place, zone }: Pick<NightAsked, 'place' | 'zone'>,
  date: Temporal.PlainDate,
): Night['dark'] {
  const evening = sunOn(place, zone, date);
  const morning = sunOn(place, zone, date.add({ days: 1 }));
  const noonMs = noonOn(date, zone);
  const nextNoonMs = noonOn(date.add({ days: 1 }), zone);
  if (evening.kind === 'polarDay' && morning.kind === 'polarDay') return null;
  const clamped = (atMs: number): number => Math.min(Math.max(atMs, noonMs), nextNoonMs);
  const fromMs =
    evening.kind === 'rises' ? evening.setMs : evening.kind === 'polarNight' ? noonMs : null;
  const toMs =
    morning.kind === 'rises' ? morning.riseMs : morning.kind === 'polarNight' ? nextNoonMs : null;
  // Between a day that sets and one that does not, the sun is down around midnight for a moment.
  if (fromMs === null || toMs === null) return null;
  return { fromMs: clamped(fromMs), toMs: clamped(toMs) };
}

export function nightOf(asked: NightAsked, date: Temporal.PlainDate): Night {
  const { zone, programme } = asked;
  const next = date.add({ days: 1 });
  const fromMs = noonOn(date, zone);
  const toMs = noonOn(next, zone);
  const dark = darkOf(asked, date);
  const bare = { date: date.toString(), fromMs, toMs, dark };
  const off: Night = { ...bare, stretches: [{ fromMs, toMs, levelPercent: 0 }] };
  const plan = planOf(programme, date);
  if (plan === null) return off;
  const instantOf = (moment: LightMoment): number | null => {
    if (moment.by === 'clock') {
      const day = isOfMorning(moment.minute) ? next : date;
      const plainTime = Temporal.PlainTime.from('00:00').add({ minutes: moment.minute });
      return day.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
    }
    if (dark === null) return null;
    const at = moment.by === 'sunset' ? dark.fromMs : dark.toMs;
    return Math.min(Math.max(at + moment.offsetMinutes * 60_000, fromMs), toMs);
  };
  const onMs = instantOf(plan.on);
  const offMs = instantOf(plan.off);
  if (onMs === null || offMs === null || offMs <= onMs) return off;
  // Sorting keeps the order of the document where two fall together: the later one counts.
  const steps = plan.steps
    .flatMap(({ at, levelPercent }) => {
      const atMs = instantOf(at);
      return atMs === null ? [] : [{ atMs, levelPercent }];
    })
    .sort((a, b) => a.atMs - b.atMs);
  // A step that comes before the lamps do holds when they come; one after them never does.
  const first = steps.findLast(({ atMs }) => atMs <= onMs)?.levelPercent ?? plan.levelPercent;
  const changes = [
    { atMs: fromMs, levelPercent: 0 },
    { atMs: onMs, levelPercent: first },
    ...steps.filter(({ atMs }) => atMs > onMs && atMs < offMs),
    { atMs: offMs, levelPercent: 0 },
  ];
  return { ...bare, stretches: stretchesOf(changes, toMs) };
}

function stretchesOf(
  changes: readonly { readonly atMs: number; readonly levelPercent: number }[],
  endMs: number,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, { atMs, levelPercent }] of changes.entries()) {
    const toMs = changes[index + 1]?.atMs ?? endMs;
    if (toMs <= atMs) continue;
    const before = stretches.at(-1);
    if (before !== undefined && before.levelPercent === levelPercent) {
      stretches[stretches.length - 1] = { ...before, toMs };
    } else stretches.push({ fromMs: atMs, toMs, levelPercent });
  }
  return stretches;
}
