// A meter number as people type it into an account field: spaces, dashes and dots go, leading zeros
// stay, and the check digit must hold. A guess is never made: what is not known is for an operator,
// with the nearest numbers beside it.

/** " 0422-988 9888 " -> "04229889888"; letters in upper case. */
export const plainMeter = (text: string): string =>
  text
    .slice(0, 200)
    .normalize('NFKC')
    .replace(/[\s.\-_–—‑/#]/g, '')
    .toUpperCase();

/** The Luhn digit of meter numbers of 11 or 13 digits (IEC 62055-41) and MeterPANs of 18. */
export function hasCheckDigit(meter: string): boolean {
  if (!/^(\d{11}|\d{13}|\d{18})$/.test(meter)) return false;
  let sum = 0;
  for (let i = 0; i < meter.length; i += 1) {
    const digit = meter.charCodeAt(meter.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/**
 * The number with a valid check digit in free text ("Zähler 0422 9889888, thanks"): one that stands
 * by itself before one of several groups, since "95 04229889888" is an amount and a meter.
 */
export const meterInText = (text: string): string | null => metersInText(text)[0] ?? null;

/**
 * All numbers with a valid check digit in free text, each once; groups of digits beside one another
 * are read as one number, too ("200 0422 988 9888").
 */
export function metersInText(text: string): readonly string[] {
  const runs = text.slice(0, 2000).match(/\d(?:[\d .-]*\d)?/g) ?? [];
  const groups = runs.map((run) => run.match(/\d+/g) ?? []);
  const joined = groups.flatMap(joinedGroups).sort((a, b) => a.length - b.length);
  return [...new Set([...groups.flat(), ...joined].filter(hasCheckDigit))];
}

/**
 * Numbers with a valid check digit that an account text names: the whole of it, or what stands in a
 * sentence. Money is for a meter only where exactly one of them is one.
 */
export const metersNamed = (account: string): readonly string[] => [
  ...new Set([plainMeter(account), ...metersInText(account)].filter(hasCheckDigit)),
];

const longestMeter = 18;

/** Of two groups and more beside one another, as far as a meter's number goes. */
function joinedGroups(groups: readonly string[]): string[] {
  const found: string[] = [];
  for (const [first, start] of groups.entries()) {
    let whole = start;
    for (const next of groups.slice(first + 1, first + longestMeter)) {
      whole += next;
      if (whole.length > longestMeter) break;
      found.push(whole);
    }
  }
  return found;
}

const mostLikely = 3;

/** What in free text may have been meant for a meter's number, right or not: the first three. */
export function likelyMeters(text: string): readonly string[] {
  const whole = plainMeter(text);
  const found = new Set(/^\d{9,20}$/.test(whole) ? [whole] : []);
  for (const match of text.slice(0, 2000).matchAll(/\d[\d .\-/]{7,27}\d/g)) {
    // Beside another number, as of a house: each by itself, too.
    const parts = [plainMeter(match[0]), ...(match[0].match(/\d+/g) ?? [])];
    for (const part of parts) if (/^\d{9,20}$/.test(part)) found.add(part);
  }
  return [...found].slice(0, mostLikely);
}

/**
 * Numbers with a valid check digit that one or two slips away (a digit changed, added, left out,
 * two that changed places) would have become this one: candidates to look up, the nearest first.
 */
export function nearMeters(typed: string): readonly string[] {
  const start = plainMeter(typed);
  if (!/^\d{9,20}$/.test(start)) return [];
  const near = slips(start);
  const found = new Set([...near].filter(hasCheckDigit));
  for (const one of near) {
    for (const two of slips(one)) if (hasCheckDigit(two)) found.add(two);
  }
  found.delete(start);
  return [...found];
}

const digits = '0123456789';

function slips(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (let i = 0; i <= text.length; i += 1) {
    const [head, tail] = [text.slice(0, i), text.slice(i)];
    for (const digit of digits) found.add(head + digit + tail);
    if (tail === '') continue;
    found.add(head + tail.slice(1));
    for (const digit of digits) found.add(head + digit + tail.slice(1));
    if (tail.length > 1) found.add(head + tail[1] + tail[0] + tail.slice(2));
  }
  return found;
}

/** How many single digits must change, be added or go; capped at `limit` + 1. */
export function editDistance(a: string, b: string, limit = 3): number {
  if (Math.abs(a.length - b.length) > limit || a.length > 64 || b.length > 64) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row[b.length] ?? limit + 1, limit + 1);
}
