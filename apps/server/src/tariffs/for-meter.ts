// The tariff that a meter with money credit is given: of a document the part that a meter charges,
// with the connection's parameters. By command of a person, and by itself after an assignment.

import { err, ok, type Result } from '@prewatt/quantities';
import { meterDocument } from '@prewatt/tariff';
import { type ConnectionToSell, loadConnection, type MeterPlace } from '../connections/index.ts';
import type { Commands } from '../headend/index.ts';
import type { Tx } from '../platform/database.ts';
import type { Clocks } from '../platform/time.ts';
import type { Utilities } from '../utilities/index.ts';
import type { Assignment } from './assign-to.ts';
import type { Refused } from './errors.ts';
import type { TariffInForce, Tariffs } from './in-force.ts';

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
const priority = 7;
const expiresAfterMs = 7 * 86_400_000;

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

export type TellDeps = {
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly clocks: Clocks;
};

/**
 * Tells meters the tariff that was assigned, from its day on, in the transaction that assigns it.
 * An older word about it that is still on its way makes room. One without a link is not told.
 */
export async function tellMeters(
  tx: Tx,
  o: TellDeps,
  a: {
    readonly assignment: Assignment;
    readonly rows: readonly {
      readonly connection: ConnectionToSell;
      readonly parameters: Readonly<Record<string, string>>;
      readonly part: MeterPart;
    }[];
  },
): Promise<void> {
  const { utility, requestId, from, today, by, reason } = a.assignment;
  const nowMs = o.clocks.business.nowMs();
  const activatesAtMs =
    from <= today
      ? nowMs
      : Temporal.PlainDate.from(from).toZonedDateTime(utility.zone).epochMilliseconds;
  for (const { connection, parameters, part } of a.rows) {
    if (!connection.hasLink) continue;
    const { utilityId, bucket, connectionId, meter } = connection;
    await o.commands.enqueue(tx, {
      place: { utilityId, bucket, connectionId, meterId: meter.meterId },
      requestId: `tariff:${requestId}`,
      expiresAtMs: activatesAtMs + expiresAfterMs,
      priority,
      asked: { by, reason },
      kind: 'setTariff',
      action: { kind: 'setTariff', documentJson: part, activatesAtMs, parameters },
    });
  }
}
