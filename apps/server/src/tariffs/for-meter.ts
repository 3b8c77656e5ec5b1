// The tariff that a meter with money credit is given: of the document in force for its connection
// today the part that a meter charges, with the connection's parameters.

import { meterDocument } from '@prewatt/tariff';
import { loadConnection, type MeterPlace } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { Utilities } from '../utilities/index.ts';
import type { Tariffs } from './in-force.ts';

export type MeterTariff = { readonly documentJson: string; readonly parameters: object };

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
    const today = Temporal.Instant.fromEpochMilliseconds(o.nowMs())
      .toZonedDateTimeISO(zone)
      .toPlainDate()
      .toString();
    const inForce = (await o.tariffs.inForce(tx, [connection]))(connection, today);
    if (inForce === null) return null;
    const { document } = await tx
      .selectFrom('tariffs')
      .select('document')
      .where('id', '=', inForce.versionId)
      .executeTakeFirstOrThrow();
    // What the till charges is left out; of a tariff that cannot be split the meter says why.
    const forMeter = meterDocument(inForce.tariff, document as object) ?? document;
    return { documentJson: JSON.stringify(forMeter), parameters: inForce.parameters };
  };
}
