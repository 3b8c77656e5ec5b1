// Alerts: which event of a meter becomes a message to its customer, when and in what words, and
// which becomes a row of the attention list. One event, one message: the meter numbers its events
// and reports each crossing once, and the message is unique per event.

import type { MeterEvent } from '@prewatt/protocol';
import { formatKwh, formatMoney } from '@prewatt/quantities';
import { type Connection, loadConnection, type MeterPlace } from '../connections/index.ts';
import type { MessageKind, Messages } from '../messages/index.ts';
import {
  lastingWords,
  type OutlookDeps,
  outlookOf,
  promiseAt,
  promiseWords,
} from '../outlook/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import type { Utilities, Utility } from '../utilities/index.ts';
import type { SupplyReview } from '../wallet/index.ts';
import { isWanted, loadChoices, mayWait, quietEnd } from './choices.ts';
import { identitiesEveryMs, noticeIdentities } from './identities.ts';
import { endAlerts, noticeSilence, noticeTamper } from './meters.ts';
import { isOvertaken } from './overtaken.ts';
import { noticeWallets } from './wallets.ts';

export {
  type AlertChoices,
  loadChoices,
  mayBeToldOfLow,
  type QuietRefusal,
  readQuietHours,
  saveChoices,
  timeOfMinute,
} from './choices.ts';
export { meterAlertCount } from './meters.ts';

export type Alerts = {
  /** A wallet's supply was looked at: what has changed is told. */
  readonly walletReview: (tx: Tx, review: SupplyReview) => Promise<void>;
  readonly meterEvent: (tx: Tx, place: MeterPlace, event: MeterEvent) => Promise<void>;
  /** Messages that waited for the end of quiet hours, and meters that have fallen silent. */
  readonly sweep: (utilityId: string) => Promise<void>;
};

const kindOf: Partial<Record<MeterEvent['code'], MessageKind>> = {
  creditLow: 'creditLow',
  creditVeryLow: 'creditVeryLow',
  // Not creditExhausted: a protection rule may keep supply on after it.
  loadSwitchOpened: 'supplyOff',
  protectedSupply: 'protectedSupply',
  loadSwitchClosed: 'supplyRestored',
};

const releasedAtOnce = 500;
const hourMs = 3_600_000;
const walletsEveryMs = 5 * 60_000;

export type AlertDeps = OutlookDeps & {
  readonly database: Database;
  readonly messages: Pick<Messages, 'queue' | 'due' | 'release'>;
  readonly utilities: Utilities;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  /** Decides about the dates of certificates. */
  readonly realNowMs: () => number;
  readonly publicUrl: string;
};

export function createAlerts(o: AlertDeps): Alerts {
  const { nowMs, newUuid } = o;
  const silenceLookedFor = new Map<string, number>();
  const walletsLookedAt = new Map<string, number>();
  const identitiesLookedAt = new Map<string, number>();

  const walletReview: Alerts['walletReview'] = async (tx, review) => {
    const { becameLow, place } = review;
    const kind = becameLow !== null ? 'creditLow' : kindOfReview(review);
    if (kind === null) return;
    await tell(tx, o, {
      place,
      kind,
      factKey:
        becameLow === null
          ? `wallet:${place.meterId}:${review.ordinal}`
          : `wallet-low:${place.meterId}:${becameLow.ordinal}`,
      atMs: nowMs(),
      left: ({ currency }) =>
        becameLow === null ? null : formatMoney(review.balanceMinor, currency),
    });
  };

  const meterEvent: Alerts['meterEvent'] = async (tx, place, event) => {
    await noticeTamper(tx, { newUuid, nowMs: nowMs(), place, event });
    const kind = kindOf[event.code];
    if (kind === undefined || isOfNoCredit(event)) return;
    const isLow = event.code === 'creditLow' || event.code === 'creditVeryLow';
    await tell(tx, o, {
      place,
      kind,
      factKey: `event:${place.meterId}:${event.sequence}`,
      // A meter's clock that is ahead must not overtake what is still to come.
      atMs: Math.min(event.atMs, nowMs()),
      left: ({ currency }) => {
        if (!isLow) return null;
        const micro = event.availableMicroMinor;
        if (micro !== undefined) return formatMoney(micro / 1_000_000n, currency);
        return `${formatKwh(event.availableEnergyWh)} kWh`;
      },
      ...(isLow ? { availableEnergyWh: event.availableEnergyWh } : {}),
    });
  };

  return {
    walletReview,
    meterEvent,
    sweep: async (utilityId) => {
      await o.database.inUtility(utilityId, async (tx) => {
        for (const message of await o.messages.due(tx, utilityId, releasedAtOnce)) {
          const { place, kind, aboutMs } = message;
          const stands =
            isWanted(await loadChoices(tx, place), kind) &&
            !(await isOvertaken(tx, { place, kind, aboutMs }));
          await o.messages.release(tx, message, stands ? 'send' : 'drop');
        }
      });
      await o.database.inUtility(utilityId, async (tx) => {
        await endAlerts(tx, { utilityId, nowMs: nowMs() });
        const turn = Math.floor(nowMs() / walletsEveryMs);
        if (walletsLookedAt.get(utilityId) !== turn) {
          await noticeWallets(tx, { utilityId, newUuid, nowMs: nowMs() });
          walletsLookedAt.set(utilityId, turn);
        }
        const hourOfReal = Math.floor(o.realNowMs() / identitiesEveryMs);
        if (identitiesLookedAt.get(utilityId) !== hourOfReal) {
          const at = { nowMs: nowMs(), realNowMs: o.realNowMs() };
          await noticeIdentities(tx, { utilityId, newUuid, ...at });
          identitiesLookedAt.set(utilityId, hourOfReal);
        }
        const hour = Math.floor(nowMs() / hourMs);
        if (silenceLookedFor.get(utilityId) === hour) return;
        await noticeSilence(tx, { utilityId, newUuid, nowMs: nowMs() });
        silenceLookedFor.set(utilityId, hour);
      });
    },
  };
}

/** Queues a message if the customer wants it: now, or for the end of quiet hours. */
async function tell(
  tx: Tx,
  o: AlertDeps,
  fact: {
    readonly place: MeterPlace;
    readonly kind: MessageKind;
    readonly factKey: string;
    readonly atMs: number;
    /** What is left, for low credit; null for what is not about that. */
    readonly left: (utility: Utility) => string | null;
    readonly availableEnergyWh?: bigint;
  },
): Promise<void> {
  const { place, kind, atMs } = fact;
  const connection = await loadConnection(tx, place);
  if (connection === null || connection.customerPhone === null) return;
  const choices = await loadChoices(tx, place);
  if (!isWanted(choices, kind)) return;
  const utility = await o.utilities.get(place.utilityId);
  const overtaken = mayWait(kind) && (await isOvertaken(tx, { place, kind, aboutMs: atMs }));
  const due =
    overtaken || !mayWait(kind)
      ? null
      : quietEnd(choices.quiet, { nowMs: o.nowMs(), zone: utility.zone });
  const question = { ...fact, utility, connection, nowMs: atMs };
  const isLow = kind === 'creditLow' || kind === 'creditVeryLow';
  const words = textOf(kind, {
    home: connection.name,
    at: due === null ? null : `at ${clockWords(atMs, utility.zone)}`,
    buyUrl: o.publicUrl,
    left: fact.left(utility),
    ...(isLow ? await lowWords(tx, o, { ...question, readMs: due ?? atMs }) : noWords),
    ...(kind === 'protectedSupply' ? { promise: await keptOnWords(tx, o, question) } : {}),
  });
  await o.messages.queue(tx, {
    place,
    kind,
    factKey: fact.factKey,
    phone: connection.customerPhone,
    text: `${utility.name}: ${words}`,
    aboutMs: atMs,
    isOvertaken: overtaken,
    ...(due === null ? {} : { dueMs: due }),
  });
}

/** What a change of a wallet's supply is to its customer; null when there is nothing to say. */
function kindOfReview({ before, after, isHeld }: SupplyReview): MessageKind | null {
  if (before === after || isHeld) return null;
  if (after === 'off') return 'supplyOff';
  if (after === 'protected') return 'protectedSupply';
  if (after === 'emergency') return 'emergencyCredit';
  return before === 'off' ? 'supplyRestored' : null;
}

/** The switch moved for another reason than credit: not a matter of buying. */
const isOfNoCredit = (event: MeterEvent): boolean =>
  (event.code === 'loadSwitchOpened' || event.code === 'loadSwitchClosed') &&
  event.cause !== 'credit' &&
  event.cause !== 'hand';

type Question = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
  readonly availableEnergyWh?: bigint;
};
const noWords = { lasting: null, promise: null } as const;

/** How long it lasts, counted from when the message is read, and what comes after. */
async function lowWords(tx: Tx, deps: OutlookDeps, o: Question & { readonly readMs: number }) {
  const { forecast, promise } = await outlookOf(tx, deps, o);
  const { zone, currency } = o.utility;
  return {
    lasting: lastingWords(forecast, o.readMs),
    promise: promise === null ? null : promiseWords(promise, { zone, currency }),
  };
}

/** "until Wed 08:00; about 3.1 kWh will be owed"; null where no end is known. */
async function keptOnWords(tx: Tx, deps: OutlookDeps, o: Question): Promise<string | null> {
  const promise = await promiseAt(tx, deps, o);
  const { zone, currency } = o.utility;
  return promise === null ? null : promiseWords(promise, { zone, currency });
}

/** "22:40" */
const clockWords = (atMs: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString()
    .slice(0, 5);

function textOf(
  kind: MessageKind,
  o: {
    readonly home: string;
    readonly left: string | null;
    /** "enough for 2 to 4 days as you use it" */
    readonly lasting: string | null;
    /** "at 22:40" in a message that comes later. */
    readonly at: string | null;
    /** What is said of supply that stays on. */
    readonly promise: string | null;
    readonly buyUrl: string;
  },
): string {
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
      return `credit for ${o.home} ${state}${lasting}.${then} Buy more: ${o.buyUrl}`;
    }
    case 'supplyOff':
      return (
        `credit for ${o.home} is used up and supply is off. ` +
        `Any purchase turns it on again: ${o.buyUrl}`
      );
    case 'protectedSupply':
      return (
        `credit for ${o.home} is used up. Supply stays on ${o.promise ?? 'for now'}; ` +
        `what you use is taken from your next purchase. Buy: ${o.buyUrl}`
      );
    case 'emergencyCredit':
      return (
        `credit for ${o.home} is used up. Supply stays on with emergency credit; ` +
        `it comes off your next payment. Pay: ${o.buyUrl}`
      );
    case 'supplyRestored':
      return `supply for ${o.home} is on again${o.at === null ? '' : `, since ${o.at.slice(3)}`}.`;
    case 'tokenIssued':
    case 'walletCredited':
    case 'saleReversed':
    case 'powerLimit':
      throw new Error(`${kind} is no meter’s message`);
  }
}
