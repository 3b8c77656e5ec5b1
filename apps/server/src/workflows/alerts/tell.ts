// Messages about facts to customers: to whom, in what words, now or at the end of quiet hours.
// Many at once, since a whole town may run low in the same hour.

import { formatKwh, idFromUuid, minuteMs, zonedAt } from '@prewatt/quantities';
import { type Tx, together } from '../../base/database.ts';
import type { MessageKind, Messages } from '../../messaging/messages/index.ts';
import type { Phones } from '../../messaging/phones/index.ts';
import type { WebhookFact, Webhooks } from '../../messaging/webhooks/index.ts';
import { heldHomes } from '../../metering/headend/index.ts';
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
import { nothingWithoutBuying, type WithoutBuying, withoutBuying } from './without-buying.ts';

export type TellDeps = SupplyForecastDeps & {
  readonly messages: Pick<Messages, 'queueMany'>;
  /** Programs of others. */
  readonly webhooks: Pick<Webhooks, 'tell'>;
  readonly utilities: Utilities;
  /** The language of a phone. */
  readonly phones: Pick<Phones, 'choicesOf'>;
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
  /** " An hour at 5.0 kW costs ZAR 9.50."; nothing where nobody knows the power. */
  readonly anHour?: (utility: Utility) => string | null;
  /** Of a warning: what it was made from. */
  readonly outlook?: SupplyForecast;
  /** Of a digest: what was used in the week; null where nobody knows. */
  readonly usedWh?: bigint | null;
};

type Wanted = Fact & {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly phone: string;
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
        home: fact.connection.name,
        at: due === null ? null : `at ${clockText(atMs, utility.zone)}`,
        buyUrl: o.publicUrl,
        left: fact.left(utility),
        payAtLeast: fact.payAtLeast?.(utility) ?? null,
        anHour: fact.anHour?.(utility) ?? '',
        ...(words[i] ?? noWords),
        ends: endsOf({ ...fact, atMs }, due, utility.zone),
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
  return facts.flatMap((fact) => {
    const connection = connections.get(fact.place.connectionId);
    const phone = connection?.customerPhone ?? null;
    if (connection === undefined || phone === null) return [];
    // A meter that was taken away still tells what it has kept: it is no news of the home.
    if (connection.meter.meterId !== fact.place.meterId) return [];
    const choices = chosen.get(fact.place.connectionId) ?? everything;
    return isWanted(choices, fact.kind) ? [{ ...fact, utility, connection, phone, choices }] : [];
  });
}

type Words = {
  /** "enough for 2 to 4 days as you use it" */
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
  return told.map(({ kind, due, atMs, utility, outlook: known }) => {
    const { zone, currency } = utility;
    if (known !== undefined) {
      return {
        lasting: lastingText(known.forecast, due ?? atMs),
        promise: known.promise && promiseText(known.promise, { zone, currency }),
      };
    }
    if (kind === 'protectedSupply') {
      const promise = promises.next().value ?? null;
      return {
        lasting: null,
        promise: promise && promiseText(promise, { zone, currency }),
        untilMs: promise?.untilMs ?? null,
      };
    }
    const outlook = isLow(kind) ? outlooks.next().value : undefined;
    if (outlook === undefined) return noWords;
    const { forecast, promise } = outlook;
    return {
      lasting: lastingText(forecast, due ?? atMs),
      promise: promise && promiseText(promise, { zone, currency }),
    };
  });
}

type Ends = { readonly usual: string; readonly present: string | null };

/** Of a warning: "about Thu 18:30", and how long it is enough at present use. */
function endsOf(
  fact: Pick<Fact, 'outlook' | 'atMs'>,
  due: number | null,
  zone: string,
): Ends | null {
  const forecast = fact.outlook?.forecast ?? null;
  if (forecast === null) return null;
  const nowMs = due ?? fact.atMs;
  const { expectedAtMs, atPresentUseMs } = forecast;
  return {
    usual: endText(expectedAtMs, { nowMs, zone }),
    present: atPresentUseMs === null ? null : shortText(atPresentUseMs - nowMs),
  };
}

/** "22:40" */
const clockText = (atMs: number, zone: string): string =>
  zonedAt(atMs, zone).toPlainTime().toString().slice(0, 5);

type TextParts = {
  readonly home: string;
  readonly left: string | null;
  /** "enough for 2 to 4 days as you use it" */
  readonly lasting: string | null;
  /** "at 22:40" in a message that comes later. */
  readonly at: string | null;
  /** What is said of supply that stays on. */
  readonly promise: string | null;
  /** "ZAR 187.01" */
  readonly payAtLeast: string | null;
  readonly anHour: string;
  readonly buyUrl: string;
  readonly instead: WithoutBuying;
  readonly ends: Ends | null;
  readonly used: string | null;
  /** Somebody holds supply off: no payment turns it on. */
  readonly isHeld: boolean;
  /** Money is paid in; nothing is bought. */
  readonly isWallet: boolean;
};

function textOf(kind: MessageKind, o: TextParts): string {
  const { type, emergency } = o.instead;
  const credit = creditOf(o);
  switch (kind) {
    case 'creditLow':
    case 'creditVeryLow': {
      const low = kind === 'creditLow' ? 'low' : 'very low';
      const left = o.left === null ? '' : `: ${o.left} left`;
      const state = o.at === null ? `is ${low}${left}` : `was ${low} ${o.at}${left}`;
      const lasting = o.lasting === null ? '' : `, ${o.lasting}`;
      // Only when the end is near: what happens then.
      const then =
        kind === 'creditLow' || o.promise === null ? '' : ` Then supply stays on ${o.promise}.`;
      return `${credit} ${state}${lasting}.${then} ${moreText(o)}`;
    }
    case 'supplyOff':
      if (o.isHeld) {
        return `${credit} is used up. Supply is switched off by us, and paying does not turn it on.`;
      }
      return (
        `${credit} is used up and supply is off. ` +
        (type !== null
          ? `${type} and it is on again.`
          : `${emergency === null ? '' : `You can take ${emergency} of emergency credit at the meter. `}` +
            (o.payAtLeast === null
              ? `Any purchase turns it on again: ${o.buyUrl}`
              : `Pay in at least ${o.payAtLeast} to turn it on again.${o.anHour} Pay: ${o.buyUrl}`))
      );
    case 'protectedSupply':
      return (
        `${credit} is used up. Supply stays on ${o.promise ?? 'for now'}; what you use is owed` +
        (o.isWallet
          ? `, and what you pay in goes to that first. Pay in: ${o.buyUrl}`
          : `, and a part of what you buy pays it back. ${type === null ? `Buy: ${o.buyUrl}` : `${type}.`}`)
      );
    case 'emergencyCredit':
      return (
        `${credit} is used up. Supply stays on with emergency credit; ` +
        `what you pay in goes to that first. Pay in: ${o.buyUrl}`
      );
    case 'endsInTwoDays':
    case 'endsInHalfDay':
    case 'endsAtPresentUse':
    case 'weeklyDigest':
      return aheadText(kind, o);
    case 'supplyRestored':
      return `supply for ${o.home} is on again${o.at === null ? '' : `, since ${o.at.slice(3)}`}.`;
    case 'tokenIssued':
    case 'walletCredited':
    case 'saleReversed':
    case 'powerLimit':
    case 'topUp':
    case 'customerChanged':
    case 'payerReceipt':
    case 'answer':
    case 'paymentModeChanges':
    case 'walletBegins':
    case 'supplyHeld':
    case 'supplyReleased':
    case 'protectionEnds':
    case 'lendingEnds':
    case 'limitReached':
      throw new Error(`${kind} is no meter’s message`);
  }
}

/** "credit for Flat 3", or the money of a wallet: both are one thing in a sentence. */
const creditOf = ({ home, isWallet }: TextParts): string =>
  isWallet ? `the money for ${home}` : `credit for ${home}`;

const moreText = ({ buyUrl, instead: { type }, isWallet }: TextParts): string =>
  type === null ? `${isWallet ? 'Pay in' : 'Buy more'}: ${buyUrl}` : `${type}.`;

/** What the forecast says of the time ahead. */
function aheadText(
  kind: 'endsInTwoDays' | 'endsInHalfDay' | 'endsAtPresentUse' | 'weeklyDigest',
  o: TextParts,
): string {
  const act = moreText(o);
  const left = o.left === null ? '' : ` (${o.left} left)`;
  if (kind === 'weeklyDigest') {
    const used = o.used === null ? '' : ` ${o.used} used in the last week.`;
    const lasting = o.lasting === null ? '' : `, ${o.lasting}`;
    const rest = o.left === null ? '' : ` ${o.left} left${lasting}.`;
    return `${o.home}:${used}${rest} ${o.buyUrl}`;
  }
  const usual = o.ends?.usual ?? 'soon';
  const present = o.ends?.present ?? null;
  // Whichever warning it is: who uses much now is told of now.
  if (kind === 'endsAtPresentUse' || present !== null) {
    return (
      `${creditOf(o)} is enough for ${present ?? 'a short while'} at present use${left}; ` +
      `as usual until ${usual}. Switch off what draws much. ${act}`
    );
  }
  const then = o.promise === null ? '' : ` Then supply stays on ${o.promise}.`;
  return `${creditOf(o)} ends ${usual} as you use it${left}.${then} ${act}`;
}
