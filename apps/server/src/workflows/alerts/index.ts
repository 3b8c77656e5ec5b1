// Alerts: which event of a meter becomes a message to its customer, when and in what words, and
// which becomes a row of the attention list. One event, one message: the meter numbers its events
// and reports each crossing once, and the message is unique per event.

import type { DriverFault, MeterEvent } from '@prewatt/protocol';
import { formatKwh, formatMoney, hourMs } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { MessageKind, Messages } from '../../messaging/messages/index.ts';
import { heldHomes, type SaidEvent } from '../../metering/headend/index.ts';
import {
  type ConnectionPlace,
  findMeter,
  type MeterPlace,
} from '../../registry/connections/index.ts';
import type { ModeNews, SupplyReview } from '../wallet/index.ts';
import { createAhead, tellAhead, tellOfLending, tellOfLimits, tellOfMode } from './ahead.ts';
import { type CardSaid, noticeCardSaid, noticeMisuse } from './cards.ts';
import { isWanted, loadChoices } from './choices.ts';
import { sendDigests } from './digest.ts';
import { endDriverFaults, noticeDriverFault } from './driver-faults.ts';
import { follow } from './followed.ts';
import { noticeHomes } from './homes.ts';
import { identitiesEveryMs, noticeIdentities, noticeOverworked } from './identities.ts';
import { noticeLamps } from './lamps.ts';
import { endAlerts, noticeSilence, noticeTamper } from './meters.ts';
import { overtakenAmong } from './overtaken.ts';
import { asksToBuy, type Fact, type TellDeps, tellMany } from './tell.ts';
import { noticeWallets } from './wallets.ts';
import { createWarnings } from './warnings.ts';

export { type Ahead, aheadText } from './ahead-words.ts';
export {
  type AlertChoices,
  loadChoices,
  mayBeToldOfLow,
  type QuietRefusal,
  quietEnd,
  readQuietHours,
  saveChoices,
  timeOfMinute,
} from './choices.ts';
export { meterAlertCount } from './meters.ts';

export type Alerts = {
  /** A wallet's supply was looked at: what has changed is told. */
  readonly walletReview: (tx: Tx, review: SupplyReview) => Promise<void>;
  /** A change of credit mode is on its way, made, or given up. */
  readonly modeNews: (tx: Tx, news: ModeNews) => Promise<void>;
  /** An operator's command has a meter go by another payment mode, in which it is not yet. */
  readonly paymentModeSent: (
    tx: Tx,
    o: {
      readonly place: ConnectionPlace;
      readonly commandId: string;
      readonly paymentMode: 'prepayment' | 'credit';
    },
  ) => Promise<void>;
  /** New events of meters of one utility, those of each in their order. */
  readonly meterEvents: (tx: Tx, said: readonly SaidEvent[]) => Promise<void>;
  /** A meter's messages took more time than one may have. */
  readonly overworked: (meterPan: string) => Promise<void>;
  /** A driver could not do with a meter what it should; null: it can again. */
  readonly driverFault: (meterPan: string, fault: DriverFault | null) => Promise<void>;
  /** Conditions that stood when a meter wrote its report on a card; what it says no more ends. */
  readonly cardSaid: (tx: Tx, place: MeterPlace, said: CardSaid) => Promise<void>;
  /** A card that is a copy, or that should not be used, was at a reader. */
  readonly cardMisused: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly cardNumber: string; readonly code: string; readonly atMs: number },
  ) => Promise<void>;
  /** How many lamps of a lighting account somebody should look at. */
  readonly lampFaults: (tx: Tx, place: MeterPlace, lamps: number) => Promise<void>;
  /** These homes are warned by their forecast from now on. */
  readonly follow: (tx: Tx, utilityId: string, places: readonly ConnectionPlace[]) => Promise<void>;
  /** Warnings that are due, messages that waited, and meters that have fallen silent. */
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
const walletsEveryMs = 5 * 60_000;

export type AlertDeps = TellDeps & {
  readonly database: Database;
  readonly messages: Pick<Messages, 'due' | 'release'>;
  readonly newUuid: NewUuid;
  /** Decides about the dates of certificates. */
  readonly realNowMs: () => number;
};

export function createAlerts(o: AlertDeps): Alerts {
  const { nowMs, newUuid } = o;
  const lookAround = createLookAround(o);
  const warnings = createWarnings(o);
  const ahead = createAhead(o);

  const walletReview: Alerts['walletReview'] = async (tx, review) => {
    const fact = factOfReview(review, nowMs());
    if (fact !== null) await tellMany(tx, o, [fact]);
    if (!review.isHeld) await tellOfLending(tx, o, review);
  };

  const meterEvents: Alerts['meterEvents'] = async (tx, said) => {
    for (const { place, event } of said) {
      await noticeTamper(tx, { newUuid, nowMs: nowMs(), place, event });
    }
    await tellMany(
      tx,
      o,
      said.flatMap((each) => factOf(each, nowMs()) ?? []),
    );
    await tellOfLimits(tx, o, said);
  };

  return {
    walletReview,
    meterEvents,
    modeNews: (tx, news) => tellOfMode(tx, o, news),
    paymentModeSent: async (tx, { place, commandId, paymentMode }) => {
      const what = paymentMode === 'credit' ? 'postpaid' : 'prepaid';
      await tellAhead(tx, o, [{ place, factKey: `paymentMode:${commandId}`, ahead: { what } }]);
    },
    overworked: (meterPan) => overworked(o, meterPan),
    driverFault: (meterPan, fault) => driverFault(o, meterPan, fault),
    lampFaults: (tx, place, lamps) =>
      noticeLamps(tx, { newUuid: o.newUuid, nowMs: o.nowMs(), place, lamps }),
    cardSaid: (tx, place, said) => noticeCardSaid(tx, { newUuid, nowMs: nowMs(), place, said }),
    cardMisused: (tx, place, misused) =>
      noticeMisuse(tx, { newUuid, nowMs: nowMs(), place, ...misused }),
    follow: (tx, utilityId, places) => follow(tx, { utilityId, places, nowMs: nowMs() }),
    sweep: async (utilityId) => {
      await o.database.inUtility(utilityId, (tx) => warnings.sweep(tx, utilityId));
      await o.database.inUtility(utilityId, (tx) => ahead.sweep(tx, utilityId));
      await o.database.inUtility(utilityId, async (tx) => {
        for (const message of await o.messages.due(tx, utilityId, releasedAtOnce)) {
          const { place, kind, aboutMs } = message;
          const stands =
            isWanted(await loadChoices(tx, place), kind) &&
            !(asksToBuy(kind) && (await heldHomes(tx, [place])).size > 0) &&
            !(await overtakenAmong(tx, [{ place, kind, aboutMs }])).includes(true);
          await o.messages.release(tx, message, stands ? 'send' : 'drop');
        }
      });
      await o.database.inUtility(utilityId, async (tx) => {
        await endAlerts(tx, { utilityId, nowMs: nowMs() });
        await lookAround(tx, utilityId);
      });
    },
  };
}

/** What a wallet's customer is told of a look at its supply; null when nothing has changed. */
function factOfReview(review: SupplyReview, nowMs: number): Fact | null {
  const { becameLow, place } = review;
  const kind = becameLow !== null ? 'creditLow' : kindOfReview(review);
  if (kind === null) return null;
  return {
    place,
    kind,
    factKey: factKeyOf(review, kind),
    atMs: nowMs,
    left: ({ currency }) =>
      becameLow === null ? null : formatMoney(review.balanceMinor, currency),
    payAtLeast: ({ currency }) =>
      review.leastMinor === null ? null : formatMoney(review.leastMinor, currency),
    anHour: review.anHour,
  };
}

/**
 * Emergency credit is told once until money is no more low: small payments that are used up in
 * minutes are no news each time.
 */
function factKeyOf({ lowOrdinal, ordinal, place }: SupplyReview, kind: MessageKind): string {
  if (kind === 'creditLow') return `wallet-low:${place.meterId}:${lowOrdinal}`;
  if (kind === 'emergencyCredit') return `wallet-emergency:${place.meterId}:${lowOrdinal}`;
  return `wallet:${place.meterId}:${ordinal}`;
}

/** What is looked for now and then, each at a pace of its own. */
function createLookAround(o: AlertDeps) {
  const { nowMs, newUuid } = o;
  const silenceLookedFor = new Map<string, number>();
  const walletsLookedAt = new Map<string, number>();
  const identitiesLookedAt = new Map<string, number>();
  const digestsLookedFor = new Map<string, number>();
  return async (tx: Tx, utilityId: string): Promise<void> => {
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
    const quarter = Math.floor((4 * nowMs()) / hourMs);
    if (digestsLookedFor.get(utilityId) !== quarter) {
      await sendDigests(tx, o, utilityId);
      digestsLookedFor.set(utilityId, quarter);
    }
    const hour = Math.floor(nowMs() / hourMs);
    if (silenceLookedFor.get(utilityId) === hour) return;
    await noticeHomes(tx, { utilityId, newUuid, nowMs: nowMs() });
    await noticeSilence(tx, { utilityId, newUuid, nowMs: nowMs(), webhooks: o.webhooks });
    silenceLookedFor.set(utilityId, hour);
  };
}

async function overworked(o: AlertDeps, meterPan: string): Promise<void> {
  const place = await findMeter(o.database, meterPan);
  if (place === null) return;
  const noticed = { newUuid: o.newUuid, nowMs: o.nowMs(), place };
  await o.database.inUtility(place.utilityId, (tx) => noticeOverworked(tx, noticed));
}

async function driverFault(
  o: AlertDeps,
  meterPan: string,
  fault: DriverFault | null,
): Promise<void> {
  const place = await findMeter(o.database, meterPan);
  if (place === null) return;
  const noticed = { newUuid: o.newUuid, nowMs: o.nowMs(), place };
  await o.database.inUtility(place.utilityId, (tx) =>
    fault === null ? endDriverFaults(tx, noticed) : noticeDriverFault(tx, { ...noticed, fault }),
  );
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

/** Nothing is not little: supply that is off, kept on or lent is told by itself. */
const hasNothing = ({
  availableMicroMinor,
  availableEnergyWh,
}: Extract<MeterEvent, { code: 'creditLow' | 'creditVeryLow' }>): boolean =>
  (availableMicroMinor ?? availableEnergyWh) <= 0n;

/** What an event tells the customer; null when it tells nothing. */
function factOf({ place, event }: SaidEvent, nowMs: number): Fact | null {
  const kind = kindOf[event.code];
  if (kind === undefined || isOfNoCredit(event)) return null;
  const isLow = event.code === 'creditLow' || event.code === 'creditVeryLow';
  if (isLow && hasNothing(event)) return null;
  return {
    place,
    kind,
    factKey: `event:${place.meterId}:${event.sequence}`,
    // A meter's clock that is ahead must not overtake what is still to come.
    atMs: Math.min(event.atMs, nowMs),
    left: ({ currency }) => {
      if (!isLow) return null;
      const micro = event.availableMicroMinor;
      if (micro !== undefined) return formatMoney(micro / 1_000_000n, currency);
      return `${formatKwh(event.availableEnergyWh)} kWh`;
    },
    ...(isLow ? { availableEnergyWh: event.availableEnergyWh } : {}),
  };
}
