// What is on a card, held against what was seen on it before: pure. A card only ever gains; one
// that shows less was copied, or put back to an earlier state.

import { type CardKey, type MeterReport, readPurchase, readReport } from '@prewatt/card';
import { err, ok, type Result } from '@prewatt/quantities';
import { digestOf, sha256Hex } from '../../base/fingerprint.ts';

/** The newest that was seen on a card with its present meter. */
export type Seen = {
  readonly count: number;
  readonly report: {
    readonly sequence: number;
    readonly digest: string;
    readonly key: string;
  } | null;
};

export type FoundReport = {
  readonly report: MeterReport;
  readonly digest: string;
  readonly key: string;
  readonly isNew: boolean;
};
export type CardContent = {
  /** Of the newest purchase that is proved; 0: none is. */
  readonly count: number;
  readonly report: FoundReport | null;
};

export type ContentRefusal = 'otherMeter' | 'unproved' | 'unknownContent' | 'copied';

type Asked = {
  readonly meterPan: string;
  /** The keys that the meter has or may have had, its present one first. */
  readonly keys: readonly CardKey[];
  readonly seen: Seen;
  /** The highest count that was given out for this card; 0: none was. */
  readonly given: number;
};

/** The name of a key in a row: it says nothing of the key. */
const nameOf = (key: CardKey): string => sha256Hex(Buffer.from(key).toString('hex')).slice(0, 16);

export function readContent(image: Uint8Array, o: Asked): Result<CardContent, ContentRefusal> {
  const counted = countOf(image, o);
  if (!counted.ok) return counted;
  const count = counted.value;
  if (count > o.given) return err('unknownContent');
  if (count < o.seen.count) return err('copied');
  const report = reportOf(image, o.keys);
  if (o.seen.report === null) return ok({ count, report });
  const compared = compare(report, o.seen.report, o.keys.map(nameOf));
  return compared.ok ? ok({ count, report: compared.value }) : compared;
}

/**
 * Of the newest purchase. A card that was pulled out while the first one was written holds none
 * that is proved: whatever was given out may be half on it.
 */
function countOf(image: Uint8Array, o: Asked): Result<number, 'otherMeter' | 'unproved'> {
  const read = o.keys.map((key) => readPurchase(image, { meterPan: o.meterPan, key }));
  const counts = read.flatMap((each) => (each.ok ? [each.value.count] : []));
  if (counts.length > 0) return ok(Math.max(...counts));
  const first = read[0];
  const isEmpty = first !== undefined && !first.ok && first.error === 'empty';
  if (isEmpty || (o.given > 0 && o.seen.count === 0)) return ok(0);
  const isOther = first !== undefined && !first.ok && first.error === 'otherMeter';
  return err(isOther ? 'otherMeter' : 'unproved');
}

function reportOf(image: Uint8Array, keys: readonly CardKey[]): FoundReport | null {
  for (const key of keys) {
    const read = readReport(image, key);
    if (!read.ok) continue;
    const { available, importEnergyWh, ...rest } = read.value;
    const digest = digestOf({ ...rest, a: `${available}`, i: `${importEnergyWh}` }).slice(0, 16);
    return { report: read.value, digest, key: nameOf(key), isNew: true };
  }
  return null;
}

/** A meter begins to count its reports anew under another key. */
function compare(
  found: FoundReport | null,
  seen: NonNullable<Seen['report']>,
  names: readonly string[],
): Result<FoundReport | null, 'copied'> {
  const seenUnder = names.indexOf(seen.key);
  if (found === null) return seenUnder === -1 ? ok(null) : err('copied');
  if (found.key !== seen.key) return seenUnder === 0 ? err('copied') : ok(found);
  if (found.report.sequence > seen.sequence) return ok(found);
  const isSame = found.report.sequence === seen.sequence && found.digest === seen.digest;
  return isSame ? ok({ ...found, isNew: false }) : err('copied');
}
