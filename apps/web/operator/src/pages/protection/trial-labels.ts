// What a trial on the past has shown, in words and figures.

import type { ProtectionReplay, ReplayHomes, ReplayHomesFilter } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { kwhText } from '../../text/numbers.ts';
import { dateAndTime } from '../../text/time.ts';

type Sums = ProtectionReplay['now'];
type Half = ReplayHomes['rows'][number]['now'];

const hourMs = 3_600_000;
const hours = (ms: number): string => `${Math.round(ms / hourMs)} h`;
const energy = (wh: number): string => kwhText(String(Math.round(wh)));

export const sumRows: readonly { readonly name: string; readonly say: (of: Sums) => string }[] = [
  { name: 'Homes that would have been cut', say: (of) => `${of.homesCut} of ${of.homes}` },
  { name: 'Cuts that would have come', say: (of) => String(of.cuts) },
  { name: 'Without supply', say: (of) => hours(of.offMs) },
  { name: 'Energy missed', say: (of) => energy(of.missedWh) },
  { name: 'Flagged homes called, not cut', say: (of) => String(of.homesCalledNotCut) },
  { name: 'Calls for silence', say: (of) => String(of.silentCalls) },
  { name: 'Kept on by a rule', say: (of) => hours(of.protectedMs) },
  { name: 'Owed at the end', say: (of) => energy(of.owedAtEndWh) },
  { name: 'Under a power limit', say: (of) => hours(of.limitedMs) },
];

/** What a trial takes for granted, in sentences: figures without them say more than is known. */
export const assumptionsOf = ({ takesEmergency }: Pick<ProtectionReplay, 'takesEmergency'>) => [
  takesEmergency
    ? 'Every home takes emergency credit as soon as it is offered; who does not is cut earlier.'
    : 'Nobody takes emergency credit.',
  'Use is as it was: a home that was off used nothing, and one under a limit would have used less.',
  'Money in a wallet is turned into energy at the average price of these days, money on a meter at its price now.',
  'Grace counts from the day on which a connection turned prepaid; marks are those of today.',
];

/** What the tried rules would have done, with what it takes for granted: it is no history. */
export const wouldBeCutText = (row: Pick<ProtectionReplay, 'proposed' | 'takesEmergency'>) =>
  `${row.proposed.homesCut} of ${row.proposed.homes}, ${
    row.takesEmergency ? 'if all take emergency credit' : 'if nobody takes emergency credit'
  }`;

export const daysOf = ({ from, to }: Pick<ProtectionReplay, 'from' | 'to'>): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / (24 * hourMs));

export const whoNames: Record<ReplayHomesFilter, string> = {
  all: 'All',
  newlyCut: 'Newly cut',
  noLongerCut: 'No longer cut',
  flagged: 'Never cut',
};

export const nobodyThere: Record<ReplayHomesFilter, string> = {
  all: 'Neither rule set would have cut a home, or had somebody called.',
  newlyCut: 'These rules would not have cut any home that the rules in force spare.',
  noLongerCut: 'These rules spare no home that the rules in force would have cut.',
  flagged: 'No home with a medical device or a vulnerable person would have been without credit.',
};

/** "2 cuts, 14 h off", and one line for each of the first cuts and calls. */
export function halfText(half: Half, o: { readonly zone: string; readonly toMs: number }) {
  const offMs = half.cuts.reduce(
    (sum, { from, until }) =>
      sum + (until === null ? o.toMs : Date.parse(until)) - Date.parse(from),
    0,
  );
  const parts = [
    half.cuts.length === 0 ? null : `${countText(half.cuts.length, 'cut')}, ${hours(offMs)} off`,
    half.calls.length === 0 ? null : countText(half.calls.length, 'call'),
  ].filter((part) => part !== null);
  const at = (instant: string) => dateAndTime(Date.parse(instant), o.zone).slice(0, -3);
  const lines = [
    ...half.cuts.map(
      ({ from, until, missedWh }) =>
        `${at(from)} to ${until === null ? 'the end' : at(until)}, ${energy(missedWh)} missed`,
    ),
    ...half.calls.map((call) => `called ${at(call.at)}`),
  ];
  return { head: parts.join('; ') || 'Not cut', lines };
}
