// An area judged while it is in doubt which homes are behind it: as listed and as suggested, and a
// home counts for what stands either way. Nobody is accused by a mistake in a list.

import type { HomeReadings } from '@prewatt/revenue-protection';
import type { NodeDoubts } from './doubts.ts';
import { type AreaQuestion, type JudgedArea, type JudgedLine, judgeArea } from './rank.ts';

export type DoubtfulQuestion = AreaQuestion & { readonly code: string };

/** With more homes in doubt than one in five, what is missing tells nothing of one home. */
const tooMany = (inDoubt: number, homes: number): boolean => inDoubt * 5 > homes;

export function judgeInDoubt(o: DoubtfulQuestion, { leaving, arriving }: NodeDoubts): JudgedArea {
  const listed = judgeArea(o);
  const inDoubt = leaving.size + arriving.length;
  const { homes } = o.area;
  const alone = judgeArea({ ...o, area: { ...o.area, feederWh: null } });
  if (tooMany(inDoubt, homes.length)) {
    const why = `${inDoubt} homes may be listed at the wrong place at ${o.code}, which has ${homes.length}`;
    return { ...listed, lines: doubted(alone.lines, `${why}: judged by its own readings alone.`) };
  }
  const suggested = judgeArea({
    ...o,
    area: { ...o.area, homes: asSuggested(o, leaving, arriving) },
  });
  const others = [listed, suggested].map(({ lines }) => linesOf(lines));
  const are = inDoubt === 1 ? '1 home near it is' : `${inDoubt} homes near it are`;
  const why = `It is in doubt where ${are} on the network`;
  const lines = alone.lines.map((own): JudgedLine => {
    if (leaving.has(own.connectionId)) {
      return doubtedLine(own, selfWords(o.code, leaving.get(own.connectionId) ?? null));
    }
    const either = others.flatMap((each) => each.get(own.connectionId) ?? []);
    const least = either.toSorted(byWorth)[0] ?? own;
    return doubtedLine(least, `${why}: counted is only what stands either way.`);
  });
  return { ...listed, lines };
}

const asSuggested = (
  { area }: DoubtfulQuestion,
  leaving: NodeDoubts['leaving'],
  arriving: readonly HomeReadings[],
): readonly HomeReadings[] => [
  ...area.homes.filter(({ homeId }) => !leaving.has(homeId)),
  ...arriving,
];

const linesOf = (lines: readonly JudgedLine[]): ReadonlyMap<string, JudgedLine> =>
  new Map(lines.map((line) => [line.connectionId, line]));

/** What is held or quiet is worth nothing. */
const byWorth = (a: JudgedLine, b: JudgedLine): number =>
  Number(a.expectedWh - b.expectedWh) || a.probabilityPermille - b.probabilityPermille;

const selfWords = (code: string, suggestedCode: string | null): string =>
  suggestedCode === null
    ? `Its use did not come in at ${code}, where it is listed: judged by its own readings alone.`
    : `It may be at ${suggestedCode}: judged by its own readings alone.`;

/** A line that is no accusation needs no word. */
const doubtedLine = (line: JudgedLine, doubt: string): JudgedLine =>
  line.standing === 'visit' || line.standing === 'support' ? { ...line, doubt } : line;

const doubted = (lines: readonly JudgedLine[], doubt: string): readonly JudgedLine[] =>
  lines.map((line) => doubtedLine(line, doubt));
