// What the consumer pages show: one view per page, made by the server and drawn by
// apps/web/consumer. Amounts, energy and instants come as integers and epoch milliseconds; the page
// turns them into words.

import type { CurrencyJson, QuoteLineJson, SaleState } from './common.ts';
import type { DocumentTexts } from './document-texts.ts';
import type { MeterReportJson } from './meter-view.ts';
import type { LandingToken } from './soft-landing.ts';

type MeterAccount = NonNullable<MeterReportJson['account']>;

export type Frame = {
  readonly utilityName: string;
  readonly zone: string;
  readonly currency: CurrencyJson;
  /** Business time now. */
  readonly nowMs: number;
  /** 1 in production; above 1 the page says that this is a demonstration whose time runs faster. */
  readonly clockSpeed: number;
  /** The utility's help line as people dial it; null when it has none. */
  readonly helpPhone: string | null;
  /** What receipts say of the utility beside its name. */
  readonly documents: DocumentTexts;
  /** Anti-forgery value that every form carries in a hidden field `csrf`. */
  readonly csrf: string;
  /** Code of the page's language; one that the pages do not have is English. */
  readonly language: string;
  /** The utility's clock: 24 hours, or twice 12. */
  readonly hours: 12 | 24;
  /** "R 25.00", or "ZAR 25.00". */
  readonly moneyForm: 'sign' | 'code';
  /** Where the page comes back to in another language; null where it has no switch. */
  readonly here: string | null;
};

/** E-mail beside text messages. */
export type MailView = {
  /** Null while no address was given. */
  readonly choice: {
    readonly address: string;
    readonly isProved: boolean;
    /** Another one, until the code that was sent there is typed. */
    readonly wanted: string | null;
    readonly awaitsCode: boolean;
    readonly isRefused: boolean;
    readonly wants: {
      readonly receipts: boolean;
      readonly warnings: boolean;
      readonly others: boolean;
    };
  } | null;
  readonly problem: string | null;
};

/** What the link on a receipt opens: nothing of the person, the home or the token. */
export type ReceiptCheckView = {
  readonly saleId: string;
  readonly state: SaleState;
  readonly paidDebts?: true;
  /** The last four digits of the meter's number. */
  readonly meterEnd: string;
  /** Of what was paid; none where a part of it paid debts, which concern nobody else. */
  readonly lines: readonly Pick<QuoteLineJson, 'label' | 'amountMinor'>[];
  /** Where the proof is that its token is in the public log. */
  readonly logPath: string;
  readonly amountMinor: string;
  readonly energyWh: string | null;
  readonly creditMinor: string | null;
  readonly soldAtMs: number;
  /** Null while it stands. */
  readonly undoneAtMs: number | null;
  /** As on the page of the sale; none of one that was undone. */
  readonly steps: SaleView['steps'];
  /** Since when its token is in the public log of that name; null while it is not, or has none. */
  readonly inLog: { readonly sinceMs: number; readonly origin: string } | null;
};

export type SignInView = {
  readonly phone: string;
  readonly problem: string | null;
  /** Something was sent after the session had ended. */
  readonly hasEnded?: boolean;
};
export type CodeView = { readonly phone: string; readonly problem: string | null };

export type Forecast = {
  readonly expectedAtMs: number;
  /** Ends of the range in which 80 of 100 ends lie. */
  readonly earliestAtMs: number;
  readonly latestAtMs: number;
  /** The end if power stays as it is now, where that comes before the range; else null. */
  readonly atPresentUseMs: number | null;
};

export type SupplyPromiseView = {
  /** When credit is expected to end; null: it has. */
  readonly startsAtMs: number | null;
  /** Until when supply stays on; null: it is never cut for credit. */
  readonly untilMs: number | null;
  /** What will be owed by then, as it is written: "3.1 kWh", "ZAR 3.10". Null: nobody can say. */
  readonly owed: string | null;
};

/** What an hour costs at a power: of now, or of before the cut where supply is off. */
export type AnHourView = { readonly powerW: string; readonly minor: string };

/** A home whose credit is money that the ledger holds; sums as they are written: "R 42.10". */
export type WalletReading = {
  /** What is left, or owed. */
  readonly amount: string;
  readonly owes: boolean;
  /** The least payment that brings the balance above zero, as it is written; null when it is. */
  readonly payAtLeast: string | null;
  /** Behind it: " An hour at 5.00 kW costs R 9.50."; empty where nobody knows, or none is asked. */
  readonly anHour: string;
  readonly costToday: string;
  readonly costThisMonth: string;
  /** When the wallet began, where that is in this month: costs count from then. */
  readonly sinceMs: number | null;
};

export type EmergencyView = {
  /** As it is written: "0.5 kWh", "R 3.10". */
  readonly left: string;
  /** Begins by itself when credit ends; else the customer takes it at the meter. */
  readonly isAutomatic: boolean;
};

/**
 * Also the payload of the `live` server-sent event of GET /connections/:id/live (bigints as decimal
 * strings there).
 */
export type LiveReading = {
  readonly availableEnergyWh: string | null;
  readonly owedEnergyWh: string | null;
  /** Credit as it is written, of a meter that counts it in money; null of all others. */
  readonly moneyOnMeter: string | null;
  /**
   * What a protection rule keeps: now, when credit is used up, or when it is expected to be, soon.
   * Null when supply may be cut then.
   */
  readonly promise: SupplyPromiseView | null;
  /** While grace after conversion keeps supply on: when that ends. */
  readonly graceUntilMs: number | null;
  readonly powerW: string | null;
  /** As it is written: "4.3 kWh", "about 4.3 kWh", "1.2 kWh since 10:30". */
  readonly usedToday: string | null;
  /** Null: the meter never said, or what switches does not answer. */
  readonly loadSwitch: 'connected' | 'disconnected' | 'readyForReconnection' | null;
  /** Since when what switches does not answer; null while it does. */
  readonly switchUnknownSinceMs: number | null;
  readonly creditStatus: 'inCredit' | 'lowCredit' | 'outOfCredit' | null;
  readonly lastContactMs: number | null;
  /**
   * Of the newest credit that was sold or given and that the meter has not taken: tokens in the
   * order in which they are typed, as they are read. Empty where none waits.
   */
  readonly waitingTokens: readonly string[];
  /** Emergency credit still to come; null where there is none, or the meter does not say. */
  readonly emergency: EmergencyView | null;
  readonly forecast: Forecast | null;
  /** Why supply is off and what to do, where it is not for want of credit; else null. */
  readonly off: {
    /** The utility holds it off, or the meter's limit of power has opened it. */
    readonly why: 'held' | 'limit';
    readonly title: string;
    readonly advice: string;
  } | null;
  /** Null where the meter holds the credit. */
  readonly wallet: WalletReading | null;
  readonly nowMs: number;
};

export type ConnectionChoice = { readonly connectionId: string; readonly name: string };

export type HomeView = {
  readonly connection: ConnectionChoice & { readonly address: string; readonly meterPan: string };
  /** All connections of this customer, for the switcher; includes the present one. */
  readonly connections: readonly ConnectionChoice[];
  readonly live: LiveReading;
  /** What the utility's rules say of supply when credit ends, in sentences. */
  readonly afterCredit: readonly string[];
  readonly prepaidMinor: string;
  readonly debtMinor: string;
  /** The last 14 civil days, oldest first; null where no reading came. */
  readonly days: readonly { readonly date: string; readonly energyWh: string | null }[];
  readonly lastSales: readonly SaleSummary[];
  /** Of a wallet: what was charged on the last days with use, the newest first. */
  readonly charged: readonly ChargedDayView[];
  /** Tokens that the utility gives and that the meter has not taken yet, oldest first. */
  readonly given: readonly GivenTokens[];
  /** A limit token of the soft landing that counts, or the lift of one; null for most homes. */
  readonly powerLimit: Pick<LimitShown, 'what' | 'powerW'> | null;
};

/** A limit token of the soft landing, or the token that lifts one for good. */
export type LimitShown = {
  readonly what: 'limit' | 'lift';
  readonly powerW: string;
  /** What is allowed again once it is lifted. */
  readonly liftPowerW: string;
  /** The end of credit by what was bought, and under the limit. */
  readonly expectedAtMs: number;
  readonly lastsUntilMs: number;
  readonly sentAtMs: number;
  /** 20 digits: the limit's, or the lift's. */
  readonly token: string;
  /** What the meter said of the token; nobody hears of one that is typed where there is no link. */
  readonly said: LandingToken;
};

/** GET /connections/:id/power-limit */
export type PowerLimitView = {
  readonly connection: ConnectionChoice;
  readonly limit: LimitShown | null;
};

export type ChargedDayView = {
  readonly date: string;
  readonly energyWh: string;
  /** Of that, the month's free energy. */
  readonly freeWh: string;
  readonly amountMinor: string;
  readonly parts: readonly { readonly label: string; readonly amountMinor: string }[];
  /** Why a part of it was charged again; null when none was. */
  readonly explanation: string | null;
};

export type GivenTokens = {
  readonly kind: 'freeUnits' | 'freeCredit' | 'replacement' | 'keyChange';
  readonly energyWh: string | null;
  /** Money on the meter, where it counts that. */
  readonly creditMinor: string | null;
  readonly issuedAtMs: number;
  /** 20 digits each, in the order in which they are typed. */
  readonly tokens: readonly string[];
};

export type SaleSummary = {
  readonly saleId: string;
  readonly requestedAtMs: number;
  readonly amountMinor: string;
  readonly energyWh: string | null;
  /** Money on the meter, where it counts its credit in money; null for energy. */
  readonly creditMinor: string | null;
  readonly state: SaleState;
  /** All of it went to what was owed, apart from a purchase. */
  readonly paidDebts?: true;
};

export type BuyView = {
  readonly connection: ConnectionChoice;
  /** Of a wallet, below zero when it is owed; null where the meter holds the credit. */
  readonly walletMinor: string | null;
  readonly availableEnergyWh: string | null;
  /** Credit as it is written, of a meter that counts it in money; null of all others. */
  readonly moneyOnMeter: string | null;
  /** Used while a rule kept supply on; part of each purchase pays it back. */
  readonly owedEnergyWh: string | null;
  readonly suggestedAmountsMinor: readonly string[];
  readonly minimumMinor: string;
  readonly maximumMinor: string;
  readonly amount: string;
  readonly problem: string | null;
  /** With the meter's number, which the payer writes as the text; null where none is taken. */
  readonly bankTransfer: (BankAccount & { readonly reference: string }) | null;
};

/** Where a bank transfer goes; its statement then tells of the money. */
export type BankAccount = {
  readonly bank: string;
  readonly holder: string;
  readonly account: string;
};

/** GET and POST /pay: whose meter somebody pays for. */
export type FriendView = {
  readonly meter: string;
  readonly problem: string | null;
  /** The payment asks a phone: whoever pays signs in with it first. */
  readonly mustSignIn: boolean;
};

/** After POST /pay: the home, as a stranger may know it. */
export type FriendHomeView = {
  readonly meter: string;
  /** "A. C., Test Street" */
  readonly shown: string;
  readonly amount: string;
  /** For a receipt, as it was typed. */
  readonly phone: string;
  readonly asksForPhone: boolean;
  readonly minimumMinor: string;
  readonly maximumMinor: string;
  readonly providerName: string;
  /** Names the purchase: the button pressed twice is one. */
  readonly requestId: string;
  readonly problem: string | null;
};

/** GET /pay/:id */
export type FriendPaidView = {
  /** As it is written. */
  readonly amount: string;
  /** `late`: the money is there, the token is not yet; `takenBack`: the purchase was reversed. */
  readonly state: 'open' | 'paid' | 'late' | 'takenBack' | 'notPaid';
};

export type QuoteView = {
  readonly quoteId: string;
  readonly connection: ConnectionChoice & { readonly meterPan: string };
  /** The money goes into a balance; the offer says what it would buy at the present price. */
  readonly isWallet: boolean;
  readonly amountMinor: string;
  readonly energyWh: string;
  /** Money on the meter, where it counts its credit in money; null for energy. */
  readonly creditMinor: string | null;
  readonly lines: readonly QuoteLineJson[];
  readonly remainderMinor: string;
  /** Prepaid money from earlier purchases that this one uses, already inside the lines. */
  readonly broughtForwardMinor: string;
  /** Business time, as all instants of these views; the server alone decides whether it is past. */
  readonly expiresAtMs: number;
  /** False once the offer is too old: the page then offers a new one instead of paying. */
  readonly canPay: boolean;
  /** Of the energy, what pays back use from the time supply was kept on. "0" for none. */
  readonly recoveredEnergyWh: string;
  /** The same of a meter that counts money. "0" for none. */
  readonly recoveredMinor: string;
  /** What becomes of a wallet that owes; null of all others. */
  readonly owing: {
    /** Below zero it is owed still. */
    readonly balanceAfterMinor: string;
    readonly isOff: boolean;
    /** The least payment that brings the balance above zero. */
    readonly leastMinor: string;
    readonly anHour: AnHourView | null;
  } | null;
  readonly providerName: string;
  /** The card that pays can be kept for automatic top-ups. */
  readonly canKeepCard: boolean;
  /** Against the last purchase, in sentences; empty for a first one. */
  readonly why: readonly string[];
  readonly problem: string | null;
};

export type SaleView = {
  readonly saleId: string;
  /** The path of the page of its receipt, which opens without sign-in. */
  readonly receiptPath: string;
  /** `meterPan` is of the sale's meter, which an exchange may have taken away since. */
  readonly connection: ConnectionChoice & { readonly meterPan: string };
  readonly state: SaleState;
  readonly requestedAtMs: number;
  /** What was paid; while nothing came, what was asked for. */
  readonly amountMinor: string;
  /** What was asked for, where another amount came. */
  readonly askedMinor?: string;
  readonly energyWh: string | null;
  /** Money on the meter, where it counts its credit in money; null for energy. */
  readonly creditMinor: string | null;
  /** What the meter takes of the tokens for use without credit: one of the two is "0". */
  readonly recoveredEnergyWh: string;
  readonly recoveredMinor: string;
  /** All of it went to what was owed, apart from a purchase. */
  readonly paidDebts?: true;
  /** It was too little for the wallet that it went to, which owes still; null where it was not. */
  readonly owing: {
    readonly owedMinor: string;
    readonly isOff: boolean;
    /** What brings supply back, or keeps it on; null where nothing has to be paid for that. */
    readonly leastMinor: string | null;
    readonly anHour: AnHourView | null;
  } | null;
  readonly lines: readonly QuoteLineJson[];
  readonly remainderMinor: string;
  readonly broughtForwardMinor: string;
  /** Whether the head-end can reach this meter; if not, the customer types the token. */
  readonly meterHasLink: boolean;
  /**
   * The provider's name for the payment, for the receipt and for help calls; null until it reported
   * one.
   */
  readonly providerReference: string | null;
  /** When it was undone; null for one that stands. */
  readonly reversedAtMs: number | null;
  /** The meter that it was moved to, or came from. */
  readonly moved: { readonly direction: 'to' | 'from'; readonly meterPan: string } | null;
  /** 20 digits each; empty until paid, and when it was undone. */
  readonly tokens: readonly string[];
  /** Steps paid -> token made -> sent to the meter -> accepted, each with its time once done. */
  readonly steps: readonly {
    readonly label: string;
    readonly state: 'done' | 'doing' | 'waiting' | 'failed';
    readonly atMs: number | null;
    readonly note: string | null;
  }[];
  /** Against the purchase before, in sentences; empty for a first one. */
  readonly why: readonly string[];
  /** Where to pay while the sale awaits payment. */
  readonly checkoutUrl: string | null;
  readonly problem: string | null;
};

/** GET /connections/:id/prices */
export type PricesView = {
  /** With what is bought; for use, from the wallet; or by the meter, which counts money. */
  readonly charging: 'purchase' | 'use' | 'meter';
  readonly connection: ConnectionChoice;
  /** First day of the price list that holds; null when none does. */
  readonly since: string | null;
  readonly sections: readonly {
    readonly title: string;
    readonly sentences: readonly string[];
  }[];
  /** The next change that is decided: sentences that end, and those that begin. */
  readonly coming: {
    readonly from: string;
    readonly gone: readonly string[];
    readonly added: readonly string[];
  } | null;
};

/** Energy, or money as it is written. */
export type CreditAmount = { readonly energyWh: string } | { readonly amount: string };

/** GET /connections/:id/meter: what the meter says of itself. */
export type MeterFactsView = {
  readonly connection: ConnectionChoice;
  readonly meterPan: string;
  /** Null: it never reported. */
  readonly saidAtMs: number | null;
  readonly loadSwitch: LiveReading['loadSwitch'];
  readonly switchUnknownSinceMs: LiveReading['switchUnknownSinceMs'];
  readonly openReasons: readonly MeterAccount['openReasons'][number][];
  readonly reconnection: 'automatic' | 'manual' | null;
  readonly powerLimitW: string | null;
  readonly protectedUntilMs: number | null;
  /** As in `LiveReading`. */
  readonly waitingTokens: readonly string[];
  /** Null where the ledger holds it, or the meter does not say. */
  readonly credit: {
    readonly inUse: MeterAccount['creditInUse'];
    /** Energy, or money as it is written. */
    readonly warnsBelow: CreditAmount | null;
    readonly emergency: {
      readonly status: NonNullable<MeterAccount['emergency']>['status'];
      readonly left: CreditAmount;
      readonly isAutomatic: boolean;
    } | null;
    readonly owed: CreditAmount;
    /** "R 0.50 a day"; without those of a meter that counts energy. */
    readonly standingPrices: readonly { readonly label: string; readonly price: string }[];
    /** Standing charges without credit to take them from, as they are written. */
    readonly chargesDue: string | null;
  } | null;
};

export type PurchasesView = {
  readonly connection: ConnectionChoice;
  readonly isWallet: boolean;
  readonly sales: readonly SaleSummary[];
  readonly nextCursor: string | null;
};

export type ErrorView = {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly back: { readonly href: string; readonly label: string } | null;
};
