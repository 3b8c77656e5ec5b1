// The tariff that a meter with money credit is given: of a document the part that a meter charges,
// with the connection's parameters. By command of a person, and by itself (meter-tell.ts).

import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { meterDocument } from '@prewatt/tariff';
import type { TariffInForce } from '@prewatt/vending-rules';
import type { Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import { loadConnection, type MeterPlace } from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { Refused } from './errors.ts';
import type { Tariffs } from './in-force.ts';

export type MeterTariff = {
  readonly documentJson: string;
  readonly parameters: object;
};

/** Names what a meter is told: documents of versions never change. */
export const digestOfTariff = ({ versionId, parameters }: TariffInForce): string =>
  digestOf([versionId, parameters]);

/** Null when no version is in force today, or the connection is gone. */
export function createMeterTariff(o: {
  readonly tariffs: Tariffs;
  readonly utilities: Utilities;
  readonly nowMs: () => number;
}): (tx: Tx, place: MeterPlace) => Promise<MeterTariff | null> {
  return async (tx, place) => {
    const connection = await loadConnection(tx, place);
    if (connection === null) return null;
    const { zone } = await o.utilities.get(place.utilityId);
    const today = civilDateOf(o.nowMs(), zone);
    const inForce = (await o.tariffs.inForce(tx, [connection]))(connection, today);
    if (inForce === null) return null;
    const document = await documentOf(tx, inForce.versionId);
    // What the till charges is left out; of a tariff that cannot be split the meter says why.
    const forMeter = meterDocument(inForce.tariff, document) ?? document;
    return { documentJson: JSON.stringify(forMeter), parameters: inForce.parameters };
  };
}

async function documentOf(tx: Tx, versionId: string): Promise<object> {
  const { document } = await tx
    .selectFrom('tariffs')
    .select('document')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  return document as object;
}

/** The meter's part of a version's document, as its JSON text. */
export type MeterPart = string;

/** As long as a command to a meter may be. */
const longestPart = 30_000;

/** Each version is read once in the transaction. Refused where a meter could not charge it. */
export function createMeterPart(tx: Tx) {
  const parts = new Map<string, Result<MeterPart, Refused>>();
  return async ({ versionId, tariff }: TariffInForce): Promise<Result<MeterPart, Refused>> => {
    const known = parts.get(versionId);
    if (known !== undefined) return known;
    const document = meterDocument(tariff, await documentOf(tx, versionId));
    const text = document === null ? null : JSON.stringify(document);
    const part: Result<MeterPart, Refused> =
      text === null || text.length > longestPart ? err({ code: 'tariffNotForMeter' }) : ok(text);
    parts.set(versionId, part);
    return part;
  };
}
