// Changes that customers are told of before they happen, once each: another payment mode, a cut for
// safety and its end, the end of a flag or of a day of heat. What has a day is told before the
// quiet hours that it would fall in; what happens at once is told at once.

import { type DailySpan, mayDisconnect, movedOutOfQuiet } from '@prewatt/protection';
import {
  type Currency,
  civilDateOf,
  dayMs,
  formatKwh,
  formatMoney,
  hourMs,
  minuteMs,
  zonedAt,
} from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewMessage } from '../../messaging/messages/index.ts';
import { languagesOfPhones } from '../../messaging/phones/index.ts';
import type { SaidEvent } from '../../metering/headend/index.ts';
import { supplyHomes } from '../../metering/protection/index.ts';
import { type ConnectionPlace, loadConnections } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  balanceOf,
  leastPayment,
  type ModeNews,
  pricedEnergyText,
  type SupplyReview,
  supplyOfBalance,
  unitPriceText,
} from '../wallet/index.ts';
import { type Asked, lastOf, type News, noUuid, type Page } from './ahead-pages.ts';
import {
  type AskedOfDry,
  type GraceRow,
  graceNews,
  payAtLeastOf,
  withdrawnDayNews,
} from './ahead-rules.ts';
import {
  type Ahead,
  aheadKinds,
  aheadText,
  type Credit,
  type OwedAtChange,
  type OwedWithoutPrice,
} from './ahead-words.ts';
import { loadManyChoices } from './choices.ts';
import { type DryHome, dryHomes } from './dry-homes.ts';
import type { TellDeps } from './tell.ts';

const holdsEveryMs = 10_000;
const flagsEveryMs = hourMs;
const weatherEveryMs = 15 * minuteMs;
/** Supply may go off with the next word to the meter. */
const withdrawnEveryMs = minuteMs;
/** A flag is renewed by a person with evidence: that takes days. */
const flagLeadMs = 7 * dayMs;
const weatherLeadMs = 12 * hourMs;
/** What was decided longer ago, while nobody looked, is no news. */
const newsForMs = dayMs;
/** A link that came back brings what is over. */
const lateMs = 30 * minuteMs;
/** Openings within an hour of each other, after which a meter waits for its button. */
const tripsUntilHand = 5;
/** Of whoever chose none: nobody is woken for what comes in a week. */
const night: DailySpan = { fromMinute: 20 * 60, toMinute: 8 * 60 };

/** Queues what is not there yet, each in the language of its phone. */
export async function tellAhead(tx: Tx, o: TellDeps, all: readonly News[]): Promise<void> {
  const [first] = all;
  if (first === undefined) return;
  const utility = await o.utilities.get(first.place.utilityId);
  const places = [...new Map(all.map(({ place }) => [place.connectionId, place])).values()];
  const connections = await loadConnections(tx, places);
  const phones = [...connections.values()].flatMap(({ customerPhone }) => customerPhone ?? []);
  const languages = await languagesOfPhones(tx, phones);
  const messages: NewMessage[] = [];
  for (const { place, factKey, ahead } of all) {
    const connection = connections.get(place.connectionId);
    const phone = connection?.customerPhone ?? null;
    if (connection === undefined || phone === null) continue;
    const language = languages.get(phone) ?? utility.writing.language;
    const text = aheadText(language, ahead, {
      ...{ home: connection.name, zone: utility.zone, url: o.publicUrl },
      help: utility.helpPhone,
    });
    messages.push({
      ...{ place, factKey, phone, kind: aheadKinds[ahead.what] },
      text: `${utility.name}: ${text}`,
    });
  }
  await o.messages.queueMany(tx, messages);
}

/** To the last page: homes of which nothing is told must not hold up those behind them. */
async function tellAllPages<After>(
  tx: Tx,
  o: TellDeps,
  read: (after: After | null) => Promise<Page<After>>,
): Promise<void> {
  let after: After | null = null;
  do {
    const page: Page<After> = await read(after);
    await tellAhead(tx, o, page.news);
    after = page.after;
  } while (after !== null);
}

/** A change of credit mode is on its way to the meter, has been made, or comes to nothing. */
export async function tellOfMode(tx: Tx, o: TellDeps, news: ModeNews): Promise<void> {
  const { place, toMode, what } = news;
  const { currency } = await o.utilities.get(place.utilityId);
  const balanceMinor = await balanceOf(tx, place);
  const left = balanceMinor > 0n ? formatMoney(balanceMinor, currency) : null;
  const owed = balanceMinor < 0n ? formatMoney(-balanceMinor, currency) : null;
  const due = toMode === 'wallet' ? await owedAtChange(tx, o, news, balanceMinor) : {};
  const begun = {
    ...{ left, credit: creditOf(news, currency), isEmpty: balanceMinor === 0n },
    sinceMs: news.sinceMs ?? o.nowMs(),
  };
  const asked: Ahead =
    toMode === 'wallet'
      ? { what: 'toWallet', ...(lentWithoutPrice(news) ?? due) }
      : { what: 'toToken', left, owed };
  const ahead: Ahead =
    what === 'asked'
      ? asked
      : what === 'begun'
        ? { what: 'walletBegins', ...begun, ...due }
        : { what: 'calledOff', toMode };
  await tellAhead(tx, o, [{ place, factKey: `mode:${what}:${news.modeChangeId}`, ahead }]);
}

/** Without a price nobody knows the sum that will be owed for what the meter has lent. */
function lentWithoutPrice({ due }: ModeNews): { readonly due: OwedWithoutPrice } | null {
  if (due === undefined || due.balanceMinor !== null) return null;
  const lent = lentText(due.energyWh);
  return lent === null ? null : { due: { owed: null, lent } };
}

/** Of credit that was left in the meter: how much, and at what price it became money. */
function creditOf({ carried }: ModeNews, currency: Currency): Credit | null {
  if (carried === undefined || carried.energyWh <= 0n) return null;
  return { energy: pricedEnergyText(carried.energyWh), price: priceOf(carried, { currency }) };
}

/** "ZAR 2.022" of a kWh, with all that is on it. */
const priceOf = (
  carried: NonNullable<ModeNews['carried']>,
  { currency }: Pick<Utility, 'currency'>,
): string => unitPriceText(carried, currency);

const lentText = (energyWh: bigint): string | null =>
  energyWh < 0n ? `${formatKwh(-energyWh)} kWh` : null;

/** Of a wallet that will begin, or has begun, with money owed: how much, and what follows. */
async function owedAtChange(
  tx: Tx,
  o: TellDeps,
  { place, what, due, carried }: ModeNews,
  nowMinor: bigint,
): Promise<{ readonly due?: OwedAtChange }> {
  if (what === 'calledOff') return {};
  const balanceMinor = what === 'asked' ? (due?.balanceMinor ?? 0n) : nowMinor;
  const utility = await o.utilities.get(place.utilityId);
  const connection = (await loadConnections(tx, [place])).get(place.connectionId);
  // A wallet that begins with nothing is without supply as one that owes.
  const isLeft = balanceMinor > 0n || (balanceMinor === 0n && what === 'asked');
  if (isLeft || connection === undefined) return {};
  const at = { utility, connection, balanceMinor, nowMs: o.nowMs() };
  const leastMinor = due?.leastMinor ?? (await leastPayment(tx, o, at));
  if (leastMinor === null) return {};
  const { keptBy, untilMs } = due ?? (await supplyOfBalance(tx, o, at));
  return {
    due: {
      lent:
        carried !== undefined && carried.energyWh < 0n
          ? pricedEnergyText(carried.energyWh)
          : lentText(due?.energyWh ?? 0n),
      price: carried === undefined || carried.energyWh >= 0n ? null : priceOf(carried, utility),
      owed: formatMoney(-balanceMinor, utility.currency),
      payAtLeast: formatMoney(leastMinor, utility.currency),
      off: keptBy === 'rule' && untilMs !== null ? { atMs: untilMs } : (keptBy ?? 'atOnce'),
    },
  };
}

/** What rules lend to a wallet comes to its end: told once for each time that money became low. */
export async function tellOfLending(tx: Tx, o: TellDeps, review: SupplyReview): Promise<void> {
  const { leastMinor, lending, place } = review;
  if (lending === null) return;
  const utility = await o.utilities.get(place.utilityId);
  const { isAll, limitWh, owedWh } = lending;
  const owedMinor = -review.balanceMinor;
  // The rules count energy; a wallet's customer owes money, at one price for both.
  const limitMinor = owedWh > 0n ? (owedMinor * limitWh) / owedWh : 0n;
  const sum = (minor: bigint, wh: bigint): string =>
    `${formatMoney(minor, utility.currency)} (${formatKwh(wh)} kWh)`;
  const ahead: Ahead = {
    ...{ what: 'lent', isAll },
    lent: sum(owedMinor, owedWh),
    limit: sum(limitMinor, limitWh),
    payAtLeast: leastMinor === null ? null : formatMoney(leastMinor, utility.currency),
  };
  const factKey = `lent:${isAll ? 'all' : 'most'}:${place.meterId}:${lending.ordinal}`;
  await tellAhead(tx, o, [{ place, factKey, ahead }]);
}

/**
 * Meters that opened above their limit of power: what brings supply back. Once a day, and each time
 * that it waits for a hand.
 */
export async function tellOfLimits(tx: Tx, o: TellDeps, said: readonly SaidEvent[]): Promise<void> {
  const news: News[] = [];
  for (const one of said) {
    const { place, event } = one;
    if (event.code !== 'limitReached') continue;
    const byButton = event.trip === tripsUntilHand;
    if (!byButton && event.trip !== 1) continue;
    const isLate = o.nowMs() - event.atMs > lateMs;
    if (isLate && !(byButton && (await stillWaits(tx, { said, one, nowMs: o.nowMs() })))) continue;
    const { zone, protectionRules: rules } = await o.utilities.get(place.utilityId);
    const limitW = Number(event.limitW);
    const isLow = rules.softLanding.some((step) => step.powerLimitW === limitW);
    const day = civilDateOf(event.atMs, zone);
    news.push({
      place,
      factKey: byButton
        ? `limit-hand:${place.meterId}:${event.sequence}`
        : `limit:${place.meterId}:${day}`,
      ahead: { what: 'limit', limitW, isLow, byButton },
    });
  }
  await tellAhead(tx, o, news);
}

/** A home stays off until somebody presses, however late its meter tells of it. */
async function stillWaits(
  tx: Tx,
  { said, one, nowMs }: { said: readonly SaidEvent[]; one: SaidEvent; nowMs: number },
): Promise<boolean> {
  const { bucket, meterId } = one.place;
  const { sequence, atMs } = one.event;
  if (nowMs - atMs > newsForMs) return false;
  const isClosing = (each: SaidEvent): boolean =>
    each.place.meterId === meterId &&
    each.event.code === 'loadSwitchClosed' &&
    each.event.sequence > sequence;
  if (said.some(isClosing)) return false;
  const closed = await tx
    .selectFrom('meter_events')
    .select('sequence')
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .where('code', '=', 'loadSwitchClosed')
    .where('sequence', '>', BigInt(sequence))
    .limit(1)
    .executeTakeFirst();
  return closed === undefined;
}

/** Looks at what people have decided, each at a pace of its own; so many rows to a page. */
export function createAhead(o: TellDeps, { atOnce } = { atOnce: 200 }) {
  const turns = new Map<string, number>();
  const isDue = (key: string, everyMs: number): boolean => {
    const turn = Math.floor(o.nowMs() / everyMs);
    if (turns.get(key) === turn) return false;
    turns.set(key, turn);
    return true;
  };
  return {
    sweep: async (tx: Tx, utilityId: string): Promise<void> => {
      if (isDue(`holds ${utilityId}`, holdsEveryMs)) {
        await tellAllPages(tx, o, (after: HoldRow | null) =>
          holdNews(tx, { utilityId, nowMs: o.nowMs(), after, atOnce }),
        );
      }
      const utility = await o.utilities.get(utilityId);
      if (isDue(`flags ${utilityId}`, flagsEveryMs)) {
        await tellAllPages(tx, o, (after: FlagRow | null) =>
          flagNews(tx, { utility, nowMs: o.nowMs(), after, atOnce }),
        );
      }
      if (isDue(`withdrawn ${utilityId}`, withdrawnEveryMs)) {
        await tellAllPages(tx, o, (after: DryHome | null) =>
          withdrawnDayNews(tx, { deps: o, utility, nowMs: o.nowMs(), after, atOnce }),
        );
      }
      if (isDue(`grace ${utilityId}`, weatherEveryMs)) {
        await tellAllPages(tx, o, (after: GraceRow | null) =>
          graceNews(tx, { utility, nowMs: o.nowMs(), after, atOnce }),
        );
      }
      if (isDue(`weather ${utilityId}`, weatherEveryMs)) {
        await tellAllPages(tx, o, (after: DryHome | null) =>
          weatherNews(tx, { deps: o, utility, nowMs: o.nowMs(), after, atOnce }),
        );
      }
    },
  };
}

type HoldRow = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly command_id: string;
  readonly ends_at: number | null;
  readonly released_at: number | null;
  readonly release_kind: string | null;
  readonly is_told: boolean;
  readonly came_to_nothing: boolean;
};

/** Supply that an operator holds open, and the end of what was told. */
async function holdNews(
  tx: Tx,
  { utilityId, nowMs, after, atOnce }: Asked<HoldRow> & { readonly utilityId: string },
): Promise<Page<HoldRow>> {
  const since = new Date(nowMs - newsForMs);
  const told = (what: 'begun' | 'ended') => sql`EXISTS (SELECT FROM messages m
    WHERE m.bucket = h.bucket AND m.connection_id = h.connection_id
      AND m.fact_key = ${`hold:${what}:`} || h.command_id)`;
  const { rows } = await sql<HoldRow>`
    SELECT h.bucket, h.connection_id, h.command_id, h.ends_at, h.released_at,
      r.kind AS release_kind, ${told('begun')} AS is_told,
      c.stage IN ('refused', 'cancelled') AS came_to_nothing
    FROM supply_holds h
    JOIN commands c ON c.bucket = h.bucket AND c.id = h.command_id
    LEFT JOIN commands r ON r.bucket = h.bucket AND r.id = h.release_command_id
    WHERE h.utility_id = ${utilityId}::uuid AND NOT h.of_job
      AND (h.held_at > ${since}::timestamptz OR h.released_at > ${since}::timestamptz)
      AND NOT ${told('ended')}
      AND (h.bucket, h.command_id) > (${after?.bucket ?? -1}::smallint,
        ${after?.command_id ?? noUuid}::uuid)
    ORDER BY h.bucket, h.command_id LIMIT ${atOnce}`.execute(tx);
  const news = rows.flatMap((row): News[] => {
    const place = { bucket: row.bucket, connectionId: row.connection_id, utilityId };
    const isOver = row.released_at !== null || row.came_to_nothing;
    if (!isOver) {
      if (row.is_told) return [];
      const ahead: Ahead = { what: 'held', untilMs: row.ends_at };
      return [{ place, factKey: `hold:begun:${row.command_id}`, ahead }];
    }
    // Held anew by another word: that one is told.
    const isHeldOn = row.release_kind === 'switchOpen' && !row.came_to_nothing;
    if (!row.is_told || isHeldOn) return [];
    const onBy = row.release_kind === 'switchArm' ? 'button' : 'itself';
    const how = row.came_to_nothing ? 'neverOff' : onBy;
    const ahead: Ahead = { what: 'released', how };
    return [{ place, factKey: `hold:ended:${row.command_id}`, ahead }];
  });
  return { news, after: lastOf(rows, atOnce) };
}

type FlagRow = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly kind: string;
  readonly id: string;
  readonly what: 'set' | 'ended';
  readonly last_day: string | null;
};

/** Flags that keep a home from being cut and end within a week, or were ended; the last of each. */
async function flagNews(
  tx: Tx,
  { utility, nowMs, after, atOnce }: Asked<FlagRow> & { readonly utility: Utility },
): Promise<Page<FlagRow>> {
  const today = civilDateOf(nowMs, utility.zone);
  const { rows } = await sql<FlagRow>`
    SELECT e.bucket, e.connection_id, e.kind, e.id, e.what, e.expires_on::text AS last_day FROM (
      SELECT DISTINCT ON (bucket, connection_id, kind) bucket, connection_id, id, kind, what,
        expires_on, at
      FROM home_flag_events WHERE utility_id = ${utility.id}::uuid
      ORDER BY bucket, connection_id, kind, id DESC) e
    WHERE (e.what = 'ended' AND e.at > ${new Date(nowMs - newsForMs)}::timestamptz
        OR e.what = 'set' AND e.expires_on BETWEEN ${today}::date AND ${today}::date + 8)
      AND NOT EXISTS (SELECT FROM messages m WHERE m.bucket = e.bucket
        AND m.connection_id = e.connection_id AND m.fact_key = 'flag:' || e.id)
      AND (e.bucket, e.connection_id, e.kind) > (${after?.bucket ?? -1}::smallint,
        ${after?.connection_id ?? noUuid}::uuid, ${after?.kind ?? ''}::text)
    ORDER BY e.bucket, e.connection_id, e.kind LIMIT ${atOnce}`.execute(tx);
  const placeOf = (row: FlagRow): ConnectionPlace => ({
    ...{ bucket: row.bucket, connectionId: row.connection_id, utilityId: utility.id },
  });
  const choices = await loadManyChoices(tx, rows.map(placeOf));
  // Another flag that goes on keeps supply on as before.
  const afterwards = await supplyHomes(
    tx,
    rows.map((row) => ({ place: placeOf(row), date: dayAfter(row.last_day, today) })),
  );
  const news = rows.flatMap((row, i): News[] => {
    const then = afterwards[i];
    if (then?.vulnerable === true || then?.medical === true) return [];
    const ahead: Ahead =
      row.what === 'ended' || row.last_day === null
        ? { what: 'flagEnded' }
        : { what: 'flagEnds', lastDay: row.last_day };
    const quiet = choices.get(row.connection_id)?.quiet ?? night;
    const endsAtMs = startOf(dayAfter(row.last_day, today), utility.zone);
    const dueMs = movedOutOfQuiet(endsAtMs - flagLeadMs, { quiet, zone: utility.zone });
    if (ahead.what === 'flagEnds' && nowMs < dueMs) return [];
    return [{ place: placeOf(row), factKey: `flag:${row.id}`, ahead }];
  });
  return { news, after: lastOf(rows, atOnce) };
}

/** The first day that is not meant any more; today where no day was said. */
const dayAfter = (lastDay: string | null, today: string): string =>
  lastDay === null ? today : Temporal.PlainDate.from(lastDay).add({ days: 1 }).toString();

const startOf = (day: string, zone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;

/** Homes without credit whose supply a day of heat or cold keeps on, before it goes off. */
async function weatherNews(
  tx: Tx,
  { deps, utility, nowMs, after, atOnce }: AskedOfDry,
): Promise<Page<DryHome>> {
  const { zone, protectionRules: rules } = utility;
  const today = zonedAt(nowMs, zone).toPlainDate().toString();
  const { protects, days } = rules.weather;
  const day = days.find(({ date, kind }) => date === today && protects.includes(kind));
  if (day === undefined) return { news: [], after: null };
  const asked = { utilityId: utility.id, day: today, nowMs, after, atOnce };
  const homes = await homesKeptOn(tx, asked);
  if (homes.length === 0) return { news: [], after: null };
  const choices = await loadManyChoices(tx, homes);
  const known = await supplyHomes(
    tx,
    homes.map((place) => ({ place, date: today })),
  );
  const news: News[] = [];
  for (const [i, place] of homes.entries()) {
    const { vulnerable, medical, ...home } = known[i] ?? unknown;
    const flags = { vulnerable: vulnerable ?? false, medical: medical ?? false };
    const answer = mayDisconnect(rules, { ...home, ...flags, atMs: nowMs, zone });
    if (answer.allowed || answer.because !== day.kind || answer.until === null) continue;
    const quiet = choices.get(place.connectionId)?.quiet ?? night;
    if (nowMs < movedOutOfQuiet(answer.until - weatherLeadMs, { quiet, zone })) continue;
    const payAtLeast = await payAtLeastOf(tx, deps, { utility, nowMs, place });
    const ahead: Ahead = {
      ...{ what: 'weatherEnds', weather: day.kind, offAtMs: answer.until, payAtLeast },
    };
    news.push({ place, factKey: `weather:${today}`, ahead });
  }
  return { news, after: lastOf(homes, atOnce) };
}

const unknown = { vulnerable: null, medical: null, convertedAtMs: null, owedMilliWh: 0 };

function homesKeptOn(
  tx: Tx,
  o: Asked<DryHome> & { readonly utilityId: string; readonly day: string },
): Promise<readonly DryHome[]> {
  const which = sql`(c.credit_mode = 'wallet' AND w.supply = 'protected'
    OR c.credit_mode = 'token' AND s.credit_status = 'outOfCredit'
      AND s.load_switch = 'connected')`;
  return dryHomes(tx, { ...o, factKey: `weather:${o.day}`, which });
}
