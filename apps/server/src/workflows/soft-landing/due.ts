// Homes of meters without a link, with what they bought: who may be due for a limit token, and who
// has one and was flagged since.

import { type LandingAhead, landingAhead, type ProtectionRules } from '@prewatt/protection';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { flagOn, outlookOfPurchases, type Purchases } from '../../metering/protection/index.ts';
import { purchasesUpTo } from '../../money/vending/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

export type LandingHome = MeterPlace &
  Purchases & {
    readonly name: string;
    readonly phone: string;
    readonly flag: 'medical' | 'vulnerable' | null;
    /** The lowest step of which a token was sent since the last sale; 0 for none. */
    readonly step: number;
    /** A person has lifted a limit since then. */
    readonly was_lifted: boolean;
    /** A limit that a person set by token, in watts. */
    readonly own_limit_w: bigint | null;
  };

const homesPerLook = 500;
const noId = '00000000-0000-0000-0000-000000000000';

/** `only`: that connection alone; `after`: the next ones by key. */
export type Which =
  | { readonly only: { readonly bucket: number; readonly connectionId: string } }
  | { readonly after: { readonly bucket: number; readonly connectionId: string } };

export const fromTheFirst: Which = { after: { bucket: -1, connectionId: noId } };

/** The page after its last row; null when there is none. */
export function nextPage(homes: readonly LandingHome[]): Which | null {
  const last = homes.at(-1);
  return last === undefined || homes.length < homesPerLook ? null : { after: last };
}

/**
 * Homes that a limit token may be sent to: in token mode, without a link, holding the key that it
 * should hold, free to buy, with a phone and three purchases or more.
 */
export async function landingHomes(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly nowMs: number;
    readonly date: string;
    readonly which: Which;
  },
): Promise<readonly LandingHome[]> {
  const now = sql`${new Date(o.nowMs)}::timestamptz`;
  const which =
    'only' in o.which
      ? sql`c.bucket = ${o.which.only.bucket} AND c.id = ${o.which.only.connectionId}::uuid`
      : sql`(c.bucket, c.id) > (${o.which.after.bucket}, ${o.which.after.connectionId}::uuid)`;
  const { rows } = await sql<LandingHome>`
    SELECT c.utility_id AS "utilityId", c.bucket, c.id AS "connectionId", m.id AS "meterId",
      c.name, c.customer_phone AS phone, b.*, f.kind AS flag,
      coalesce(l.step, 0)::int AS step, coalesce(l.was_lifted, false) AS was_lifted,
      (SELECT (g.parameters->>'powerW')::bigint FROM grants g
        WHERE g.bucket = c.bucket AND g.connection_id = c.id AND g.meter_id = m.id
          AND g.kind = 'setMaximumPowerLimit' AND g.rules_version IS NULL
          AND g.state <> 'refused'
        ORDER BY g.issued_at DESC, g.id DESC LIMIT 1) AS own_limit_w
    FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    CROSS JOIN LATERAL (${purchasesUpTo(now)}) b
    LEFT JOIN LATERAL (${flagOn(o.date)}) f ON true
    LEFT JOIN LATERAL (SELECT max(t.step) AS step, bool_or(t.state = 'lifted') AS was_lifted
      FROM landing_tokens t WHERE t.bucket = c.bucket AND t.connection_id = c.id
        AND t.spell_sale_id = b.last_sale_id) l ON true
    WHERE c.utility_id = ${o.utilityId}::uuid AND ${which} AND c.credit_mode = 'token'
      AND c.customer_phone IS NOT NULL AND c.blocked_reason IS NULL
      AND m.secret_hash = ${Buffer.alloc(32)} AND m.wanted_key_revision IS NULL
      AND b.count >= 3
    ORDER BY c.bucket, c.id LIMIT ${homesPerLook}`.execute(tx);
  return rows;
}

export type DueLanding = LandingAhead & {
  /** What the home may draw without the landing. */
  readonly ordinaryW: bigint;
};

/** The step whose token is due for this home now; null for none. */
export function dueLanding(
  rules: ProtectionRules,
  o: { readonly home: LandingHome; readonly nowMs: number },
): DueLanding | null {
  const { home, nowMs } = o;
  const outlook = outlookOfPurchases(home);
  const liftPowerW = rules.softLandingByToken?.liftPowerW;
  if (outlook === null || liftPowerW === undefined || home.was_lifted) return null;
  const ordinaryW = home.own_limit_w ?? BigInt(liftPowerW);
  const ahead = landingAhead(rules, {
    outlook,
    lastAtMs: home.last_at,
    nowMs,
    vulnerable: home.flag === 'vulnerable',
    medical: home.flag === 'medical',
    ordinaryW: Number(ordinaryW),
  });
  return ahead === null || ahead.step <= home.step ? null : { ...ahead, ordinaryW };
}

export type FlaggedHome = MeterPlace & {
  readonly name: string;
  readonly phone: string | null;
  readonly landing_id: string;
  readonly lift_power_w: bigint;
  readonly rules_version: number;
};

/** Homes under a limit of the soft landing that may never be limited by now. */
export async function flaggedUnderLimit(
  tx: Tx,
  o: { readonly utilityId: string; readonly date: string },
): Promise<readonly FlaggedHome[]> {
  const { rows } = await sql<FlaggedHome>`
    SELECT c.utility_id AS "utilityId", c.bucket, c.id AS "connectionId", m.id AS "meterId",
      c.name, c.customer_phone AS phone, l.id AS landing_id, m.lift_power_w, l.rules_version
    FROM meters m
    JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    JOIN landing_tokens l ON l.bucket = m.bucket AND l.meter_id = m.id AND l.state = 'sent'
    CROSS JOIN LATERAL (${flagOn(o.date)}) f
    WHERE m.utility_id = ${o.utilityId}::uuid AND m.lift_power_w IS NOT NULL
      AND m.retired_at IS NULL
    ORDER BY m.bucket, m.connection_id LIMIT ${homesPerLook}`.execute(tx);
  return rows;
}
