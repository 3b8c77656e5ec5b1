// What of a document can never price anything: schedules behind one that holds whenever they do,
// blocks beyond the schedule's month total. No fault that refuses a document, but most likely not
// what its writer meant. Conditions that exclude themselves are refused (document-checks.ts).

import type { Schedule, Tariff, When } from './document.ts';
import { compare, formatRational, type Rational } from './rational.ts';

export type UnreachablePart = {
  /** As "energy.schedules[1].blocks[2]". */
  readonly path: string;
  /** Why, and what to write instead. */
  readonly message: string;
};

/** Only what is certain: limits that follow parameters are not compared. */
export function unreachableIn(tariff: Tariff): UnreachablePart[] {
  const { schedules, repricing } = tariff.energy;
  return schedules.flatMap((schedule, i) => {
    const path = `energy.schedules[${i}]`;
    const before = schedules.slice(0, i).find((each) => covers(each.when, schedule.when));
    if (before !== undefined) {
      const message =
        `never used: "${before.code}" before it holds whenever it does; put the narrower one ` +
        'first, or change its "when"';
      return [{ path, message }];
    }
    return repricing === 'month' ? blocksBeyond(schedule, path) : [];
  });
}

/** Shares below one per cent: a tax of 15 % is "15", and "0.15" takes a hundredth of it. */
export function smallSharesIn({ levies }: Tariff): UnreachablePart[] {
  return levies.flatMap(({ percent }, i) => {
    if (percent?.kind !== 'constant') return [];
    const { n, d } = percent.value;
    const size = { n: n < 0n ? -n : n, d };
    if (n === 0n || compare(size, { n: 1n, d: 1n }) >= 0n) return [];
    const [written, meant] = [percent.value, { n: n * 100n, d }].map((each) =>
      formatRational(each, 6),
    );
    return [
      {
        path: `levies[${i}].percent`,
        message: `"${written}" is ${written} per cent; if ${meant} per cent is meant, write "${meant}"`,
      },
    ];
  });
}

type Range = NonNullable<When['monthTotal']>;

const constantOf = (amount: Range['overKwh']): Rational | null =>
  amount?.kind === 'constant' ? amount.value : null;

/** Whether the first condition holds in every case in which the second does, for certain. */
function covers(first: When | undefined, second: When | undefined): boolean {
  const asked = Object.entries(first ?? {});
  return asked.every(([name, condition]) => {
    const other = second?.[name as keyof When];
    if (other === undefined) return false;
    if (name === 'monthTotal') return rangeCovers(condition as Range, other as Range);
    if (name === 'calendarMonths' || name === 'periods') {
      const all = condition as readonly unknown[];
      return (other as readonly unknown[]).every((each) => all.includes(each));
    }
    return textOf(condition) === textOf(other);
  });
}

function rangeCovers(first: Range, second: Range): boolean {
  if (textOf(first) === textOf(second)) return true;
  const under = (a: Range['overKwh'], b: Range['overKwh']): boolean => {
    if (a === undefined) return true;
    const [left, right] = [constantOf(a), constantOf(b)];
    return left !== null && right !== null && compare(left, right) <= 0n;
  };
  const over = (a: Range['uptoKwh'], b: Range['uptoKwh']): boolean => {
    if (a === undefined) return true;
    const [left, right] = [constantOf(a), constantOf(b)];
    return left !== null && right !== null && compare(left, right) >= 0n;
  };
  return under(first.overKwh, second.overKwh) && over(first.uptoKwh, second.uptoKwh);
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each));

/** A month beyond the schedule's total is priced by another schedule, whole. */
function blocksBeyond({ when, blocks }: Schedule, path: string): UnreachablePart[] {
  const most = constantOf(when?.monthTotal?.uptoKwh);
  if (most === null) return [];
  return blocks.flatMap((_, i) => {
    const startsAt = constantOf(blocks[i - 1]?.uptoKwh ?? undefined);
    if (startsAt === null || compare(startsAt, most) < 0n) return [];
    const message =
      'never used: it begins where the schedule’s monthTotal ends; leave it out, or raise uptoKwh';
    return [{ path: `${path}.blocks[${i}]`, message }];
  });
}
