// Alerts: which event of a meter becomes a message to its customer, and in what words. One event,
// one message: the meter numbers its events and reports each crossing once, and the message is
// unique per event.

import { mayDisconnect } from '@prewatt/protection';
import type { MeterEvent } from '@prewatt/protocol';
import { formatKwh } from '@prewatt/quantities';
import { loadConnection, type MeterPlace } from '../connections/index.ts';
import type { MessageKind, Messages } from '../messages/index.ts';
import type { Tx } from '../platform/database.ts';
import { homeFlags } from '../protection/index.ts';
import { expectedUse } from '../readings/index.ts';
import type { Utilities, Utility } from '../utilities/index.ts';
import type { SupplyReview } from '../wallet/index.ts';

export type Alerts = {
  /** A wallet's supply was looked at: what has changed is told. */
  readonly walletReview: (tx: Tx, review: SupplyReview) => Promise<void>;
  readonly meterEvent: (tx: Tx, place: MeterPlace, event: MeterEvent) => Promise<void>;
};

const kindOf: Partial<Record<MeterEvent['code'], MessageKind>> = {
  creditLow: 'creditLow',
  // Not creditExhausted: a protection rule may keep supply on after it.
  loadSwitchOpened: 'supplyOff',
  protectedSupply: 'protectedSupply',
  loadSwitchClosed: 'supplyRestored',
};

export function createAlerts(o: {
  readonly messages: Pick<Messages, 'queue'>;
  readonly utilities: Utilities;
  readonly publicUrl: string;
}): Alerts {
  return {
    walletReview: async (tx, review) => {
      const { becameLow } = review;
      const kind = becameLow !== null ? 'creditLow' : kindOfReview(review);
      if (kind === null) return;
      const { place } = review;
      const connection = await loadConnection(tx, place);
      if (connection === null || connection.customerPhone === null) return;
      const utility = await o.utilities.get(place.utilityId);
      const until = review.promisedUntilMs;
      const words = textOf(kind, {
        home: connection.name,
        left: becameLow === null ? null : formatKwh(becameLow.energyWh),
        promise: until === null ? null : untilWords(until, utility.zone),
        buyUrl: o.publicUrl,
      });
      await o.messages.queue(tx, {
        place,
        kind,
        factKey:
          becameLow === null
            ? `wallet:${place.meterId}:${review.ordinal}`
            : `wallet-low:${place.meterId}:${becameLow.ordinal}`,
        phone: connection.customerPhone,
        text: `${utility.name}: ${words}`,
      });
    },
    meterEvent: async (tx, place, event) => {
      const kind = kindOf[event.code];
      if (kind === undefined || isOfNoCredit(event)) return;
      const connection = await loadConnection(tx, place);
      if (connection === null || connection.customerPhone === null) return;
      const utility = await o.utilities.get(place.utilityId);
      const words = textOf(kind, {
        home: connection.name,
        left: event.code === 'creditLow' ? formatKwh(event.availableEnergyWh) : null,
        promise:
          kind === 'protectedSupply'
            ? await promiseOf(tx, { place, utility, atMs: event.atMs })
            : null,
        buyUrl: o.publicUrl,
      });
      await o.messages.queue(tx, {
        place,
        kind,
        factKey: `event:${place.meterId}:${event.sequence}`,
        phone: connection.customerPhone,
        text: `${utility.name}: ${words}`,
      });
    },
  };
}

/** What a change of a wallet's supply is to its customer; null when there is nothing to say. */
function kindOfReview({ before, after }: SupplyReview): MessageKind | null {
  if (before === after) return null;
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

/**
 * "until Wed 08:00; about 3.1 kWh will be owed": when supply may be cut, by the rules that meters
 * hold too, and what the home is expected to use until then. Null where no end is known.
 */
async function promiseOf(
  tx: Tx,
  o: { readonly place: MeterPlace; readonly utility: Utility; readonly atMs: number },
): Promise<string | null> {
  const { protectionRules, zone } = o.utility;
  const date = Temporal.Instant.fromEpochMilliseconds(o.atMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  const flags = await homeFlags(tx, o.place, date.toString());
  const answer = mayDisconnect(protectionRules, { atMs: o.atMs, zone, ...flags });
  if (answer.allowed || answer.until === null) return null;
  const until = untilWords(answer.until, zone);
  const usedWh = await expectedUse(tx, o.place, { nowMs: o.atMs, untilMs: answer.until, zone });
  return usedWh === null ? until : `${until}; about ${formatKwh(usedWh)} kWh will be owed`;
}

/** "until Wed 08:00" */
function untilWords(atMs: number, zone: string): string {
  const end = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const day = end.toLocaleString('en', { weekday: 'short' });
  return `until ${day} ${end.toPlainTime().toString().slice(0, 5)}`;
}

function textOf(
  kind: MessageKind,
  o: {
    readonly home: string;
    readonly left: string | null;
    /** What is said of supply that stays on. */
    readonly promise: string | null;
    readonly buyUrl: string;
  },
): string {
  switch (kind) {
    case 'creditLow': {
      const left = o.left === null ? '' : `: ${o.left} kWh left`;
      return `credit for ${o.home} is low${left}. Buy more: ${o.buyUrl}`;
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
      return `supply for ${o.home} is on again.`;
    case 'tokenIssued':
    case 'walletCredited':
    case 'saleReversed':
      throw new Error(`${kind} is no meter’s message`);
  }
}
