// Another master key: everything sealed under the old one is sealed under the new one, in one
// transaction, so that whatever happens all of it opens under one of the two. Done by the owner of
// the database, for all utilities, while no server runs.

import { err, ok, type Result } from '@prewatt/quantities';
import pg from 'pg';
import { createNewUuid, systemRandom } from '../../base/ids.ts';
import { open, type SealedRow, seal } from '../../base/seal.ts';
import { serversBeside } from '../../base/servers-beside.ts';
import { sealedWebhookSecrets } from '../../messaging/webhooks/index.ts';
import { sealedDlmsKeys, sealedLwm2mSecrets } from '../../metering/drivers/index.ts';
import { sealedAuthorities } from '../../metering/headend/index.ts';
import { resealDecisions } from '../../registry/approvals/index.ts';
import { recordAuditEntryOfOwner } from '../../registry/audit-log/index.ts';
import { sealedLogKeys } from '../../registry/token-log/index.ts';
import { sealedCards } from '../kept-cards/index.ts';
import { boundTo } from './loading.ts';

export type ResealRefusal =
  /** Two names of one key. */
  | 'sameKey'
  /** A server would go on with the old key. */
  | 'serverRunning'
  /** Link secrets of these meters are derived from the old key and not yet in use. */
  | 'rotationUnderWay'
  /** Rows that neither key opens: `detail` names them. Nothing was changed. */
  | 'doesNotOpen';
export type ResealFailure = { readonly code: ResealRefusal; readonly detail: string };
export type Resealed = {
  readonly vendingKeys: number;
  readonly components: number;
  /** Of certificates of meters. */
  readonly authorities: number;
  /** That webhooks are signed with. */
  readonly webhookSecrets: number;
  /** Of meters that are linked by DLMS. */
  readonly dlmsKeys: number;
  /** Of meters and lamps that are linked by LwM2M. */
  readonly lwm2mSecrets: number;
  /** Tokens of cards that customers let us keep. */
  readonly keptCards: number;
  /** That token logs are signed with. */
  readonly logKeys: number;
  /** Of approvals: what was decided, and by whom. */
  readonly decisions: number;
  /** Sealed under the new key already, by a run before. */
  readonly already: number;
};

type Row = SealedRow<
  | 'vendingKey'
  | 'component'
  | 'authority'
  | 'webhookSecret'
  | 'keptCard'
  | 'logKey'
  | 'dlmsKeys'
  | 'lwm2mSecrets'
>;

/** Harmless to repeat: what is under the new key stays as it is. */
export async function reseal(o: {
  /** Of the database's owner. */
  readonly url: string;
  readonly from: Buffer;
  readonly to: Buffer;
  readonly nowMs: () => number;
  /** Who keeps the database, as the audit log calls them. */
  readonly by: string;
}): Promise<Result<Resealed, ResealFailure>> {
  if (o.from.equals(o.to)) return err({ code: 'sameKey', detail: '' });
  const client = new pg.Client({ connectionString: o.url, application_name: 'prewatt-reseal' });
  // Told by the next query, too.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`BEGIN; SET LOCAL search_path = prewatt;
      SET LOCAL prewatt.log_for = 'another master key'`);
    const done = await resealAll(client, o);
    if (done.ok) await recordAll(client, o, done.value.utilities);
    await client.query(done.ok ? 'COMMIT' : 'ROLLBACK');
    if (!done.ok) return done;
    const { utilities: _, ...resealed } = done.value;
    return ok(resealed);
  } finally {
    await client.end();
  }
}

async function resealAll(
  client: pg.Client,
  { from, to }: { readonly from: Buffer; readonly to: Buffer },
): Promise<Result<Resealed & { readonly utilities: readonly string[] }, ResealFailure>> {
  // Nobody adds or changes a sealed row, and a second run waits.
  await client.query(
    `LOCK TABLE vending_keys, key_components, meter_authorities, approvals, webhook_secrets,
       kept_cards, dlms_links, lwm2m_links, lamp_links, prewatt_log.keys IN SHARE ROW EXCLUSIVE MODE`,
  );
  const hindrance = await hindranceOf(client);
  if (hindrance !== null) return err(hindrance);
  const rows = await sealedRows(client);
  const stranger = rows.filter((row) => !opens(row, from) && !opens(row, to));
  if (stranger.length > 0) {
    return err({ code: 'doesNotOpen', detail: stranger.map((row) => row.name).join(', ') });
  }
  const left = rows.filter((row) => !opens(row, to));
  for (const row of left) await resealRow(row, { from, to });
  const decisions = await resealDecisions(client, { from, to });
  const closed = (await sealedRows(client)).filter((row) => !opens(row, to));
  if (closed.length > 0) throw new Error('a row does not open under the new key');
  const of = (kind: Row['kind']) => left.filter((row) => row.kind === kind).length;
  return ok({
    vendingKeys: of('vendingKey'),
    components: of('component'),
    authorities: of('authority'),
    webhookSecrets: of('webhookSecret'),
    dlmsKeys: of('dlmsKeys'),
    lwm2mSecrets: of('lwm2mSecrets'),
    keptCards: of('keptCard'),
    logKeys: of('logKey'),
    decisions: decisions.sealed.length,
    already: rows.length - left.length + decisions.already,
    utilities: [...new Set([...left, ...decisions.sealed].map((row) => row.utilityId))],
  });
}

/** In the audit log of each utility whose secrets were sealed anew. */
async function recordAll(
  client: pg.Client,
  o: { readonly nowMs: () => number; readonly by: string },
  utilities: readonly string[],
): Promise<void> {
  const newUuid = createNewUuid(o, systemRandom);
  for (const utilityId of utilities) {
    await recordAuditEntryOfOwner(client, {
      ...{ id: newUuid(), utilityId, by: o.by, at: new Date(o.nowMs()) },
      act: 'masterKeyChanged',
      subject: 'masterKey',
    });
  }
}

async function hindranceOf(client: pg.Client): Promise<ResealFailure | null> {
  const servers = await serversBeside((text) => client.query(text));
  if (servers > 0) return { code: 'serverRunning', detail: `${servers} connections` };
  const meters = await client.query(
    `SELECT meter_pan FROM meters
     WHERE next_secret_hash IS NOT NULL AND retired_at IS NULL ORDER BY meter_pan`,
  );
  if (meters.rows.length === 0) return null;
  const shown = meters.rows.slice(0, 5).map((row) => row.meter_pan);
  const more = meters.rows.length - shown.length;
  const detail = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return { code: 'rotationUnderWay', detail };
}

async function sealedRows(client: pg.Client): Promise<Row[]> {
  const keys = await client.query(
    `SELECT id, utility_id, supply_group_code, key_revision, sealed FROM vending_keys ORDER BY id`,
  );
  const components = await client.query(
    `SELECT load_id, ordinal, utility_id, sealed FROM key_components
     WHERE sealed IS NOT NULL ORDER BY load_id, ordinal`,
  );
  return [
    ...(await sealedAuthorities(client)),
    ...(await sealedWebhookSecrets(client)),
    ...(await sealedCards(client)),
    ...(await sealedLogKeys(client)),
    ...(await sealedDlmsKeys(client)),
    ...(await sealedLwm2mSecrets(client)),
    ...keys.rows.map(
      (row): Row => ({
        kind: 'vendingKey',
        name: `the key of ${row.supply_group_code} revision ${row.key_revision}`,
        save: async (sealed) => {
          await client.query('UPDATE vending_keys SET sealed = $1 WHERE id = $2', [sealed, row.id]);
        },
        utilityId: row.utility_id,
        bound: row.utility_id,
        sealed: row.sealed,
      }),
    ),
    ...components.rows.map(
      (row): Row => ({
        kind: 'component',
        name: `component ${row.ordinal} of loading ${row.load_id}`,
        save: async (sealed) => {
          await client.query(
            'UPDATE key_components SET sealed = $1 WHERE load_id = $2 AND ordinal = $3',
            [sealed, row.load_id, row.ordinal],
          );
        },
        utilityId: row.utility_id,
        bound: boundTo(row.utility_id, row.load_id, row.ordinal),
        sealed: row.sealed,
      }),
    ),
  ];
}

function opens(row: Row, masterKey: Buffer): boolean {
  const plain = open(masterKey, row.bound, row.sealed);
  plain?.fill(0);
  return plain !== null;
}

async function resealRow(
  row: Row,
  { from, to }: { readonly from: Buffer; readonly to: Buffer },
): Promise<void> {
  const plain = open(from, row.bound, row.sealed);
  if (plain === null) throw new Error('a row that opened does not open');
  const sealed = seal(to, row.bound, plain);
  plain.fill(0);
  await row.save(sealed);
}
