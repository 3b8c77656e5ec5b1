// Messages about facts to customers: to whom, of what, now or at the end of quiet hours.
// Many at once, since a whole town may run low in the same hour.

import { formatKwh, idFromUuid, minuteMs, zonedAt } from '@prewatt/quantities';
import { type Tx, together } from '../../base/database.ts';
import type { MessageKind, Messages } from '../../messaging/messages/index.ts';
import { languagesOfPhones } from '../../messaging/phones/index.ts';
import type { WebhookFact, Webhooks } from '../../messaging/webhooks/index.ts';
import { heldHomes } from '../../metering/headend/index.ts';
import { type AnHourCost, anHourText } from '../../money/vending/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { type Connection, loadConnections } from '../../registry/connections/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import {
  endText,
  lastingText,
  outlooksOf,
  promisesAt,
  promiseText,
  type SupplyForecast,
  type SupplyForecastDeps,
  shortText,
} from '../supply-forecast/index.ts';
import {
  type AlertChoices,
  everything,
  isWanted,
  loadManyChoices,
  mayWait,
  quietEnd,
} from './choices.ts';
import { followedAmong, lookSoon } from './followed.ts';
import { overtakenAmong, overtakes } from './overtaken.ts';
import { nothingWithoutBuying, withoutBuying } from './without-buying.ts';
import { type Ends, textOf } from './words.ts';

export type TellDeps = SupplyForecastDeps & {
  readonly messages: Pick<Messages, 'queueMany'>;
  /** Programs of others. */
  readonly webhooks: Pick<Webhooks, 'tell'>;
  readonly utilities: Utilities;
  readonly nowMs: () => number;
  readonly publicUrl: string;
};

export type Fact = {
  readonly place: MeterPlace;
  readonly kind: MessageKind;
  readonly factKey: string;
  readonly atMs: number;
  /** What is left, for low credit; null for what is not about that. */
  readonly left: (utility: Utility) => string | null;
  readonly availableEnergyWh?: bigint;
  /** What turns supply on again, where not any purchase does. */
  readonly payAtLeast?: (utility: Utility) => string | null;
  /** What an hour costs; null where nobody knows the power. */
  readonly anHour?: AnHourCost | null;
  /** Of a warning: what it was made from. */
  readonly outlook?: SupplyForecast;
  /** Of a digest: what was used in the week; null where nobody knows. */
  readonly usedWh?: bigint | null;
};

type Wanted = Fact & {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly phone: string;
  readonly language: string;
  readonly choices: AlertChoices;
};

/**
 * Queues messages about facts of one utility to customers who want them: now, or for the end of
 * their quiet hours. In the order in which they became known.
 */
export async function tellMany(tx: Tx, o: TellDeps, facts: readonly Fact[]): Promise<void> {
  const [first] = facts;
  if (first === undefined) return;
  const utility = await o.utilities.get(first.place.utilityId);
  await o.webhooks.tell(tx, utility.id, () => eventsOf(tx, facts));
  const wanted = await wantedOf(tx, utility, facts);
  const waiting = wanted.map(({ place, kind, atMs }) => ({ place, kind, aboutMs: atMs }));
  const inDatabase = await overtakenAmong(tx, waiting);
  // Whom the forecast warns, the meter's threshold does not; the home is looked at instead.
  const low = wanted.filter(({ kind }) => isLow(kind)).map(({ place }) => place);
  const followed = await followedAmong(tx, low);
  const held = await heldHomes(
    tx,
    wanted.map(({ place }) => place),
  );
  await lookSoon(
    tx,
    low.filter(({ connectionId }) => followed.has(connectionId)),
    o.nowMs(),
  );
  const told = wanted.map((fact, i) => {
    const mayBeOvertaken = mayWait(fact.kind) || isLate(fact, o.nowMs());
    const others = isLate(fact, o.nowMs()) ? waiting : waiting.slice(0, i);
    // Whose supply is held off is not told to buy: that would turn nothing on.
    const isHeld = held.has(fact.place.connectionId);
    const overtaken =
      (isHeld && asksToBuy(fact.kind)) ||
      (mayBeOvertaken &&
        (inDatabase[i] === true ||
          (isLow(fact.kind) && followed.has(fact.place.connectionId)) ||
          others.some((other) => overtakes(other, waiting[i] ?? other))));
    const due =
      overtaken || !mayWait(fact.kind)
        ? null
        : quietEnd(fact.choices.quiet, { nowMs: o.nowMs(), zone: utility.zone });
    return { ...fact, isOvertaken: overtaken, due };
  });
  const words = await wordsOf(tx, o, told);
  const instead = await withoutBuying(
    tx,
    told.filter(({ kind }) => saysBuy(kind)),
  );
  await o.messages.queueMany(
    tx,
    told.map(({ place, kind, factKey, phone, atMs, due, ...fact }, i) => ({
      ...{ place, kind, factKey, phone },
      isOvertaken: fact.isOvertaken || (words[i]?.untilMs ?? o.nowMs()) < o.nowMs(),
      text: `${utility.name}: ${textOf(kind, {
        ...{ language: fact.language, home: fact.connection.name },
        at: due === null ? null : clockText(atMs, utility.zone),
        buyUrl: o.publicUrl,
        left: fact.left(utility),
        payAtLeast: fact.payAtLeast?.(utility) ?? null,
        anHour: anHourOf(fact),
        ...(words[i] ?? noWords),
        ends: endsOf({ ...fact, atMs }, due),
        used: fact.usedWh == null ? null : `${formatKwh(fact.usedWh)} kWh`,
        instead: instead.get(place.connectionId) ?? nothingWithoutBuying,
        isHeld: held.has(place.connectionId),
        isWallet: fact.connection.creditMode === 'wallet',
      })}`,
      aboutMs: atMs,
      ...(due === null ? {} : { dueMs: due }),
    })),
  );
}

/** What programs of others are told, whatever customers chose; of meters that are there. */
async function eventsOf(tx: Tx, facts: readonly Fact[]): Promise<readonly WebhookFact[]> {
  const places = [...new Map(facts.map(({ place }) => [place.connectionId, place])).values()];
  const connections = await loadConnections(tx, places);
  return facts.flatMap(({ place, kind, factKey, atMs }): WebhookFact[] => {
    if (connections.get(place.connectionId)?.meter.meterId !== place.meterId) return [];
    const connectionId = idFromUuid('connection', place.connectionId);
    const of = { factKey, atMs };
    if (kind === 'creditLow') {
      return [{ ...of, type: 'credit.low', data: { connectionId, level: 'low' } }];
    }
    if (kind === 'creditVeryLow') {
      return [{ ...of, type: 'credit.low', data: { connectionId, level: 'veryLow' } }];
    }
    if (kind === 'supplyOff') return [{ ...of, type: 'supply.off', data: { connectionId } }];
    if (kind === 'supplyRestored') return [{ ...of, type: 'supply.on', data: { connectionId } }];
    return [];
  });
}

async function wantedOf(tx: Tx, utility: Utility, facts: readonly Fact[]): Promise<Wanted[]> {
  const places = [...new Map(facts.map(({ place }) => [place.connectionId, place])).values()];
  const [connections, chosen] = await together(
    loadConnections(tx, places),
    loadManyChoices(tx, places),
  );
  const phones = [...connections.values()].flatMap(({ customerPhone }) => customerPhone ?? []);
  const languages = await languagesOfPhones(tx, phones);
  return facts.flatMap((fact) => {
    const connection = connections.get(fact.place.connectionId);
    const phone = connection?.customerPhone ?? null;
    if (connection === undefined || phone === null) return [];
    // A meter that was taken away still tells what it has kept: it is no news of the home.
    if (connection.meter.meterId !== fact.place.meterId) return [];
    const choices = chosen.get(fact.place.connectionId) ?? everything;
    const language = languages.get(phone) ?? utility.writing.language;
    return isWanted(choices, fact.kind)
      ? [{ ...fact, utility, connection, phone, language, choices }]
      : [];
  });
}

type Words = {
  /** ", enough for 2 to 4 days as you use it" */
  readonly lasting: string | null;
  /** What is said of supply that stays on: "until Wed 08:00; about 3.1 kWh will be owed". */
  readonly promise: string | null;
  /** Until when what is said of supply holds: after it, it is not worth telling. */
  readonly untilMs?: number | null;
};
const noWords: Words = { lasting: null, promise: null };
/** A link that came back brings what was so long ago: told only if nothing newer is known. */
const lateMs = 30 * minuteMs;
const isLate = ({ atMs }: Fact, nowMs: number): boolean => nowMs - atMs > lateMs;
/** Warnings, which a home that is held off has no use for. */
export const asksToBuy = (kind: MessageKind): boolean => isLow(kind) || isWarning(kind);
const saysBuy = (kind: MessageKind): boolean =>
  asksToBuy(kind) || kind === 'supplyOff' || kind === 'protectedSupply';
const isWarning = (kind: MessageKind): boolean =>
  kind === 'endsInTwoDays' || kind === 'endsInHalfDay' || kind === 'endsAtPresentUse';
const isLow = (kind: MessageKind): boolean => kind === 'creditLow' || kind === 'creditVeryLow';

/** How long credit lasts, counted from when the message is read, and what comes after it. */
async function wordsOf(
  tx: Tx,
  deps: SupplyForecastDeps,
  told: readonly (Wanted & { readonly due: number | null })[],
): Promise<readonly Words[]> {
  const questions = told.map(({ connection, utility, atMs, availableEnergyWh }) => ({
    ...{ connection, utility, nowMs: atMs },
    ...(availableEnergyWh === undefined ? {} : { availableEnergyWh }),
  }));
  const low = questions.filter((_, i) => isLow(told[i]?.kind ?? 'supplyOff'));
  const kept = questions.filter((_, i) => told[i]?.kind === 'protectedSupply');
  const outlooks = (await outlooksOf(tx, deps, low)).values();
  const promises = (await promisesAt(tx, deps, kept)).values();
  return told.map(({ kind, due, atMs, utility, language, outlook: known }) => {
    const { zone, currency } = utility;
    const words = { zone, currency, language };
    if (known !== undefined) {
      return {
        lasting: lastingText(known.forecast, due ?? atMs, language),
        promise: known.promise && promiseText(known.promise, words),
      };
    }
    if (kind === 'protectedSupply') {
      const promise = promises.next().value ?? null;
      return {
        lasting: null,
        promise: promise && promiseText(promise, words),
        untilMs: promise?.untilMs ?? null,
      };
    }
    const outlook = isLow(kind) ? outlooks.next().value : undefined;
    if (outlook === undefined) return noWords;
    const { forecast, promise } = outlook;
    return {
      lasting: lastingText(forecast, due ?? atMs, language),
      promise: promise && promiseText(promise, words),
    };
  });
}

/** Of a warning: "about Thu 18:30", and how long it is enough at present use. */
function endsOf(
  fact: Pick<Wanted, 'outlook' | 'atMs' | 'language' | 'utility'>,
  due: number | null,
): Ends | null {
  const forecast = fact.outlook?.forecast ?? null;
  if (forecast === null) return null;
  const nowMs = due ?? fact.atMs;
  const { expectedAtMs, atPresentUseMs } = forecast;
  const { language, utility } = fact;
  return {
    usual: endText(expectedAtMs, { nowMs, zone: utility.zone, language }),
    present: atPresentUseMs === null ? null : shortText(atPresentUseMs - nowMs, language),
  };
}

const anHourOf = ({
  anHour,
  utility,
  language,
}: Pick<Wanted, 'anHour' | 'utility' | 'language'>): string | null =>
  anHour == null ? null : anHourText(anHour, { currency: utility.currency, language });

/** "22:40" */
const clockText = (atMs: number, zone: string): string =>
  zonedAt(atMs, zone).toPlainTime().toString().slice(0, 5);
