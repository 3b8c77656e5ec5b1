// Rules that protect less than customers were told: a declared day that is withdrawn, and grace
// after the change to prepayment of which most, or all, is lent.

import {
  graceUntilMs,
  mayDisconnect,
  type SupplyMoment,
  type WeatherDay,
  withWeatherDays,
} from '@prewatt/protection';
import { civilDateOf, dayMs, formatKwh, formatMoney, hourMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { type SupplyHome, supplyHomes } from '../../metering/protection/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { type ConnectionPlace, loadConnection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { leastPayment } from '../wallet/index.ts';
import { type Asked, lastOf, type News, noUuid, type Page } from './ahead-pages.ts';
import { type DryHome, dryHomes } from './dry-homes.ts';

/** What was withdrawn longer ago, while nobody looked, is no news. */
const withdrawnForMs = 2 * hourMs;
/** Of what rules lend, from here on it is told. */
const mostPercent = 70n;

const momentOf = (home: SupplyHome, o: { readonly atMs: number; readonly zone: string }) => ({
  ...{ ...home, ...o },
  ...{ vulnerable: home.vulnerable ?? false, medical: home.medical ?? false },
});

export type AskedOfDry = Asked<DryHome> & {
  readonly utility: Utility;
  readonly deps: { readonly tariffs: Pick<Tariffs, 'inForce'> };
};

type Withdrawn = WeatherDay & { readonly id: string; readonly declaredAtMs: number };

/** To homes without credit that were told of the day, or until when supply stays on since then. */
export async function withdrawnDayNews(
  tx: Tx,
  { deps, utility, nowMs, after, atOnce }: AskedOfDry,
): Promise<Page<DryHome>> {
  const { zone, protectionRules: rules } = utility;
  const today = civilDateOf(nowMs, zone);
  const withdrawn = (await withdrawnDays(tx, { utilityId: utility.id, nowMs, today })).filter(
    ({ kind }) => rules.weather.protects.includes(kind),
  );
  const [first] = withdrawn;
  if (first === undefined) return { news: [], after: null };
  const factKey = `weather-off:${withdrawn
    .map(({ id }) => id)
    .sort()
    .at(-1)}`;
  const asked = { utilityId: utility.id, nowMs, after, atOnce, factKey, withdrawn };
  const homes = await toldHomes(tx, asked);
  const known = await supplyHomes(
    tx,
    homes.map((place) => ({ place, date: today })),
  );
  const days = withdrawn.map(({ date, kind }) => ({ date, kind }));
  const before = withWeatherDays(rules, days);
  const news: News[] = [];
  for (const [i, place] of homes.entries()) {
    const home = known[i];
    if (home === undefined) continue;
    const moment = momentOf(home, { atMs: nowMs, zone });
    const [was, is] = [mayDisconnect(before, moment), mayDisconnect(rules, moment)];
    // A flag, or another rule, keeps it on as long.
    if (was.allowed || (!is.allowed && is.until === was.until)) continue;
    news.push({
      ...{ place, factKey },
      ahead: {
        ...{ what: 'weatherWithdrawn', weather: first.kind, date: first.date },
        offAtMs: is.allowed ? null : is.until,
        payAtLeast: await payAtLeastOf(tx, deps, { utility, nowMs, place }),
      },
    });
  }
  return { news, after: lastOf(homes, atOnce) };
}

/** "ZAR 60.00": what a wallet without money has to be paid; null of other homes. */
export async function payAtLeastOf(
  tx: Tx,
  deps: AskedOfDry['deps'],
  o: { readonly utility: Utility; readonly nowMs: number; readonly place: DryHome },
): Promise<string | null> {
  if (!o.place.isWallet) return null;
  const connection = await loadConnection(tx, o.place);
  if (connection === null) return null;
  const leastMinor = await leastPayment(tx, deps, { ...o, connection });
  return leastMinor === null ? null : formatMoney(leastMinor, o.utility.currency);
}

/** Days from today on whose last word took them back just now, with when they were declared. */
async function withdrawnDays(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number; readonly today: string },
): Promise<readonly Withdrawn[]> {
  const { rows } = await sql<Withdrawn>`
    SELECT l.id, l.date::text AS date, l.kind, d.at AS "declaredAtMs" FROM (
      SELECT DISTINCT ON (date, kind) id, date, kind, what, at FROM weather_day_events
      WHERE utility_id = ${o.utilityId}::uuid AND date >= ${o.today}::date
      ORDER BY date, kind, id DESC) l
    CROSS JOIN LATERAL (SELECT e.at FROM weather_day_events e
      WHERE e.utility_id = ${o.utilityId}::uuid AND e.date = l.date AND e.kind = l.kind
        AND e.what = 'declared' ORDER BY e.id DESC LIMIT 1) d
    WHERE l.what = 'withdrawn' AND l.at > ${new Date(o.nowMs - withdrawnForMs)}::timestamptz
    ORDER BY l.date, l.kind`.execute(tx);
  return rows;
}

function toldHomes(
  tx: Tx,
  o: Asked<DryHome> & {
    readonly utilityId: string;
    readonly factKey: string;
    readonly withdrawn: readonly Withdrawn[];
  },
): Promise<readonly DryHome[]> {
  const sinceMs = Math.min(...o.withdrawn.map(({ declaredAtMs }) => declaredAtMs));
  const told = o.withdrawn.map(({ date }) => `weather:${date}`);
  const which = sql`(c.credit_mode = 'wallet' AND w.supply IN ('protected', 'off')
      OR c.credit_mode = 'token' AND s.credit_status = 'outOfCredit')
    AND EXISTS (SELECT FROM messages x WHERE x.bucket = c.bucket AND x.connection_id = c.id
      AND x.state <> 'dropped' AND (x.fact_key = ANY(${told}::text[])
        OR x.kind = 'protectedSupply' AND x.created_at > ${new Date(sinceMs)}::timestamptz))`;
  return dryHomes(tx, { ...o, which });
}

export type GraceRow = { readonly bucket: number; readonly connection_id: string };

/** Homes in token mode whose grace after the change to prepayment is lent for the most part. */
export async function graceNews(
  tx: Tx,
  { utility, nowMs, after, atOnce }: Asked<GraceRow> & { readonly utility: Utility },
): Promise<Page<GraceRow>> {
  const { zone, protectionRules: rules } = utility;
  const { owedLimitWh } = rules.graceAfterConversion;
  if (owedLimitWh === null) return { news: [], after: null };
  const limitWh = BigInt(owedLimitWh);
  const { rows } = await sql<GraceRow>`
    SELECT c.bucket, c.id AS connection_id FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
    WHERE c.utility_id = ${utility.id}::uuid AND c.closed_at IS NULL
      AND c.credit_mode = 'token' AND c.customer_phone IS NOT NULL
      AND c.converted_at > ${new Date(nowMs - longestGraceMs)}::timestamptz
      AND s.owed_energy_wh * 100 >= ${(limitWh * mostPercent).toString()}::numeric
      AND (c.bucket, c.id) > (${after?.bucket ?? -1}::smallint,
        ${after?.connection_id ?? noUuid}::uuid)
    ORDER BY c.bucket, c.id LIMIT ${atOnce}`.execute(tx);
  const placeOf = (row: GraceRow): ConnectionPlace => ({
    ...{ bucket: row.bucket, connectionId: row.connection_id, utilityId: utility.id },
  });
  const date = civilDateOf(nowMs, zone);
  const known = await supplyHomes(
    tx,
    rows.map((row) => ({ place: placeOf(row), date })),
  );
  const news = rows.flatMap((row, i): News[] => {
    const home = known[i];
    if (home === undefined) return [];
    const moment: SupplyMoment = momentOf(home, { atMs: nowMs, zone });
    const untilMs = graceUntilMs(rules, { ...moment, owedMilliWh: 0 });
    if (moment.vulnerable || moment.medical === true || untilMs === null) return [];
    const isAll = graceUntilMs(rules, moment) === null;
    return [
      {
        place: placeOf(row),
        factKey: `grace:${isAll ? 'all' : 'most'}:${home.convertedAtMs}`,
        ahead: {
          ...{ what: 'graceLent', isAll, untilMs },
          lent: `${formatKwh(BigInt(Math.round(home.owedMilliWh / 1000)))} kWh`,
          limit: `${formatKwh(limitWh)} kWh`,
        },
      },
    ];
  });
  return { news, after: lastOf(rows, atOnce) };
}

/** No rules can say more: 366 working days, with weekends and holidays. */
const longestGraceMs = 600 * dayMs;
