// What the rules know of a connection, its meter and its utility. Whoever keeps them knows more;
// on these parts a decision hangs.

import type { ProtectionRules } from '@prewatt/protection';
import type { Currency } from '@prewatt/quantities';
import type { CivilMoment, Debt, Tariff, TariffPosition } from '@prewatt/tariff';
import type { QuoteRefusal } from './refusals.ts';

/** What names the key of a meter, beside its number. */
export type KeyIdentity = {
  readonly supplyGroupCode: string;
  readonly tariffIndex: string;
  readonly keyRevision: number;
};

/** What of a meter its key-change set depends on. */
export type KeyedMeter = {
  readonly encryptionAlgorithm: 'ea07' | 'ea11';
  readonly supplyGroupCode: string;
  /** The key that it should hold; null while it does. */
  readonly wanted: KeyIdentity | null;
};

/** A connection to sell to. */
export type SellableConnection = {
  readonly utilityId: string;
  readonly connectionId: string;
  /** Why nothing may be sold to it at present; null when it may. */
  readonly blockedReason: string | null;
  /** Who holds the credit: the meter, or the ledger. */
  readonly creditMode: 'token' | 'wallet';
  /** The meter was asked to hand its credit over: a token may come too late for it. */
  readonly turnsToWallet: boolean;
  /** The power that the sale's token allows again, after a limit token; null: no limit stands. */
  readonly liftPowerW: bigint | null;
  readonly meter: KeyedMeter;
};

/** A meter that counts its credit in money. */
export type MoneyMeter = {
  readonly currency: Currency;
  /** What a kilowatt-hour costs there now; null if the meter does not say. */
  readonly perKwhMicroMinor: bigint | null;
};

/** The version of a tariff that prices a purchase. */
export type TariffInForce = {
  /** Id of the version's row. */
  readonly versionId: string;
  readonly tariff: Tariff;
  /** To be handed to the quote. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** What of a utility a price depends on. */
export type SellingUtility = {
  readonly currency: Currency;
  readonly minimumPurchaseMinor: bigint;
  readonly maximumPurchaseMinor: bigint;
  readonly protectionRules: ProtectionRules;
};

/** All that the price of a connection's next purchase depends on, but for the amount. */
export type PriceBasis = {
  readonly utility: SellingUtility;
  readonly at: CivilMoment;
  /** Null when none is in force. */
  readonly tariff: TariffInForce | null;
  /** Null when the stored one cannot be read. */
  readonly position: TariffPosition | null;
  /** Prepaid money that is not held for another paid sale. */
  readonly freeMinor: bigint;
  readonly debts: readonly Debt[];
  /** The credit is money on the meter; null: it is energy. */
  readonly moneyMeter: MoneyMeter | null;
};

/**
 * Whether a purchase may begin: an offer, a payment asked for, or a sale for cash. Money that was
 * paid before the connection was blocked still gets its token.
 */
export function refusalToBegin(
  connection: Pick<SellableConnection, 'blockedReason'>,
): (QuoteRefusal & 'meterBlocked') | null {
  return connection.blockedReason === null ? null : 'meterBlocked';
}

/**
 * Whether a token may be made: none while the meter hands its credit over, since one that is made
 * now may reach it afterwards.
 */
export function refusalOfToken(
  connection: Pick<SellableConnection, 'turnsToWallet'>,
): (QuoteRefusal & 'creditModeChanging') | null {
  return connection.turnsToWallet ? 'creditModeChanging' : null;
}
