// What a customer chose about messages: which kinds, and quiet hours during which those kinds wait.
// Supply that is off or kept on is always told, at once.

import type { AlertKind } from '@prewatt/api';
import { err, ok, type Result, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { MessageKind } from '../../messaging/messages/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

export type AlertChoices = {
  readonly wanted: Readonly<Record<AlertKind, boolean>>;
  /** Minutes of the day in the utility's zone; the end may lie on the next day. */
  /** One message a week, and none of the kinds above. */
  readonly digest: boolean;
  readonly quiet: { readonly fromMinute: number; readonly toMinute: number } | null;
};

export const everything: AlertChoices = {
  wanted: { low: true, veryLow: true, restored: true },
  digest: false,
  quiet: null,
};

const choiceOf: Partial<Record<MessageKind, AlertKind>> = {
  creditLow: 'low',
  creditVeryLow: 'veryLow',
  supplyRestored: 'restored',
  endsInTwoDays: 'low',
  endsInHalfDay: 'veryLow',
  endsAtPresentUse: 'veryLow',
};

/** Whether the customer wants messages of this kind; those without a choice always. */
export function isWanted(choices: AlertChoices, kind: MessageKind): boolean {
  if (kind === 'weeklyDigest') return choices.digest;
  const choice = choiceOf[kind];
  return choice === undefined || (choices.wanted[choice] && !choices.digest);
}

/** Whether messages of this kind respect quiet hours, and may be overtaken. */
export const mayWait = (kind: MessageKind): boolean =>
  kind === 'weeklyDigest' || (choiceOf[kind] !== undefined && kind !== 'endsAtPresentUse');

/** The end of the quiet hours that `nowMs` lies in; null outside of them. */
export function quietEnd(
  quiet: AlertChoices['quiet'],
  o: { readonly nowMs: number; readonly zone: string },
): number | null {
  if (quiet === null) return null;
  const now = zonedAt(o.nowMs, o.zone);
  const minute = now.hour * 60 + now.minute;
  const { fromMinute: from, toMinute: to } = quiet;
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return null;
  const day = now.toPlainDate().add({ days: minute < to ? 0 : 1 });
  return day
    .toPlainDateTime({ hour: Math.floor(to / 60), minute: to % 60 })
    .toZonedDateTime(o.zone, { disambiguation: 'later' }).epochMilliseconds;
}

export type QuietRefusal = 'notATime' | 'onlyOneTime' | 'sameTime';

/** Quiet hours as typed: two times of day, or neither. */
export function readQuietHours(typed: {
  readonly from: string;
  readonly to: string;
}): Result<AlertChoices['quiet'], QuietRefusal> {
  const from = typed.from.trim();
  const to = typed.to.trim();
  if (from === '' && to === '') return ok(null);
  if (from === '' || to === '') return err('onlyOneTime');
  const fromMinute = minuteOf(from);
  const toMinute = minuteOf(to);
  if (fromMinute === null || toMinute === null) return err('notATime');
  return fromMinute === toMinute ? err('sameTime') : ok({ fromMinute, toMinute });
}

function minuteOf(text: string): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

/** "22:00" */
export const timeOfMinute = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

type ChoiceRow = {
  readonly connection_id: string;
  readonly low: boolean;
  readonly very_low: boolean;
  readonly restored: boolean;
  readonly digest: boolean;
  readonly quiet_from_minute: number | null;
  readonly quiet_to_minute: number | null;
};
const placeColumns = { bucket: 'smallint', connection_id: 'uuid' } as const;
const selectChoices = statementOfRows<typeof placeColumns, ChoiceRow>(
  placeColumns,
  (
    recordset,
  ) => `SELECT c.connection_id, c.low, c.very_low, c.restored, c.digest, c.quiet_from_minute,
      c.quiet_to_minute
    FROM ${recordset('r')}
    JOIN alert_choices c ON c.bucket = r.bucket AND c.connection_id = r.connection_id`,
);

/** Of many connections, by connection: who chose nothing is left out, and wants everything. */
export async function loadManyChoices(
  tx: Tx,
  places: readonly ConnectionPlace[],
): Promise<ReadonlyMap<string, AlertChoices>> {
  const asked = places.map(({ bucket, connectionId: connection_id }) => ({
    ...{ bucket, connection_id },
  }));
  const rows = await selectChoices(tx, asked);
  return new Map(rows.map((row) => [row.connection_id, choicesOf(row)]));
}

function choicesOf(row: ChoiceRow): AlertChoices {
  const { quiet_from_minute: fromMinute, quiet_to_minute: toMinute } = row;
  return {
    wanted: { low: row.low, veryLow: row.very_low, restored: row.restored },
    digest: row.digest,
    quiet: fromMinute === null || toMinute === null ? null : { fromMinute, toMinute },
  };
}

export async function loadChoices(tx: Tx, place: ConnectionPlace): Promise<AlertChoices> {
  return (await loadManyChoices(tx, [place])).get(place.connectionId) ?? everything;
}

/** Keeps all choices; the same again changes nothing. */
export async function saveChoices(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly choices: AlertChoices; readonly nowMs: number },
): Promise<void> {
  const { wanted, digest, quiet } = o.choices;
  const chosen = {
    low: wanted.low,
    very_low: wanted.veryLow,
    restored: wanted.restored,
    digest,
    quiet_from_minute: quiet?.fromMinute ?? null,
    quiet_to_minute: quiet?.toMinute ?? null,
    changed_at: new Date(o.nowMs),
  };
  await tx
    .insertInto('alert_choices')
    .values({
      bucket: o.place.bucket,
      connection_id: o.place.connectionId,
      utility_id: o.place.utilityId,
      ...chosen,
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'connection_id']).doUpdateSet(chosen))
    .execute();
}

/** Whether a customer may be told about low credit now: they want it, and no quiet hours hold. */
export async function mayBeToldOfLow(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly nowMs: number; readonly zone: string },
): Promise<boolean> {
  const choices = await loadChoices(tx, o.place);
  return isWanted(choices, 'creditLow') && quietEnd(choices.quiet, o) === null;
}
