// One grant becomes tokens for one meter, in the caller's transaction. Idempotent by the caller's
// request id, once per connection.

import {
  err,
  formatKwh,
  formatMoney,
  ok,
  type RandomBytes,
  type Result,
} from '@prewatt/quantities';
import { formatTokenDigits } from '@prewatt/sts/codec';
import type { ManagementFunction } from '@prewatt/sts/issue';
import { e5PerMinorOf, energyInMoney, isOfCurrency, type MoneyMeter } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLive } from '../../base/live.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { languageToTell } from '../../messaging/phones/index.ts';
import { inOrder, sayTo } from '../../messaging/texts/index.ts';
import { type Commands, leastPowerW } from '../../metering/headend/index.ts';
import { loadConnectionsToSell } from '../../money/connections-to-sell/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  isModeChanging,
  loadConnectionForUpdate,
  type MeterPlace,
  setLastTids,
} from '../../registry/connections/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { Keys } from '../keys/index.ts';
import type { Tariffs } from '../tariffs/index.ts';
import { recordTokens, type TokenFollower } from '../tokens/index.ts';
import type { GrantRefusal } from './errors.ts';
import {
  type GrantWhat,
  type MadeGrant,
  makeCredit,
  makeKeyChange,
  makeManagement,
  makeMoneyCredit,
  makeTest,
} from './make-tokens.ts';
import { priceOnMeter } from './price-on-meter.ts';

/** Money that a wallet got for energy given, and the posting's transfer. */
export type GivenMoney = { readonly amountMinor: bigint; readonly transferId: string };

export type GrantDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly keys: Pick<Keys, 'keysToIssue'>;
  readonly commands: Pick<Commands, 'enqueue'>;
  readonly messages: Pick<Messages, 'queue'>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly random: RandomBytes;
  /** Posts what so much energy costs now to a wallet. */
  readonly giveToWallet: (
    tx: Tx,
    o: { readonly connection: Connection; readonly energyWh: bigint },
  ) => Promise<Result<GivenMoney, 'noPrice'>>;
  /** A person has set a meter's power limit: the soft landing's is over. */
  readonly landingOver: (
    tx: Tx,
    place: MeterPlace,
    o: { readonly grantId: string; readonly at: Date },
  ) => Promise<void>;
};

export type NewGrant = {
  readonly place: ConnectionPlace;
  readonly requestId: string;
  readonly what: GrantWhat;
  /** 10 to 500 characters. */
  readonly reason: string;
  /** Who asked: an operator's id; null for free units and limits of the soft landing. */
  readonly requestedBy: string | null;
  /** The approval that allows it; credit and the clearing of credit need one. */
  readonly approvalId: string | null;
  /** Free units: their month ("2026-11") and the version of the tariff that gives them. */
  readonly ofMonth?: { readonly month: string; readonly tariffVersionId: string };
  /** A limit of the soft landing: the version of the rules that brings it about. It is typed. */
  readonly rulesVersion?: number;
  /** When given, refused unless the connection still has this meter. */
  readonly meterPan?: string;
};

export type IssuedGrant = { readonly grantId: string; readonly isNew: boolean };

/** Takes the meter's row lock: TIDs of one meter come one after the other. */
export async function issueGrant(
  tx: Tx,
  deps: GrantDeps,
  grant: NewGrant,
): Promise<Result<IssuedGrant, GrantRefusal>> {
  const connection = await loadConnectionForUpdate(tx, grant.place);
  if (connection === null) return err('unknownConnection');
  const known = await knownGrant(tx, grant);
  if (known !== null) return known;
  if (grant.meterPan !== undefined && grant.meterPan !== connection.meter.meterPan) {
    return err('meterChanged');
  }
  // Steps of the soft landing are the rules' own.
  const isByHand = grant.what.kind === 'setMaximumPowerLimit' && grant.rulesVersion === undefined;
  if (isByHand && grant.what.powerW < BigInt(leastPowerW)) return err('limitIsCut');
  const mode = await ofCreditMode(tx, connection, grant.what);
  if (!mode.ok) return mode;
  if (mode.value === 'wallet' && grant.what.kind === 'freeCredit') {
    const { energyWh } = grant.what;
    return giveMoney(tx, deps, { grant, connection, energyWh });
  }
  const credit = await moneyOf(tx, deps, { connection, mode: mode.value, what: grant.what });
  if (!credit.ok) return credit;
  const { value: creditMinor } = credit;
  const made = await make(tx, deps, { connection, what: grant.what, creditMinor });
  if (!made.ok) return made;
  const grantId = deps.newUuid();
  const at = new Date(deps.clocks.business.nowMs());
  const { powerW } = made.value;
  await insertGrant(tx, { grant, grantId, connection, powerW, at, creditMinor });
  await recordTokens(tx, deps, {
    connection,
    of: { kind: 'grant', id: grantId },
    keyChange: made.value.keyChange,
    tokens: made.value.tokens,
    at,
    isTyped: grant.rulesVersion !== undefined,
  });
  if (grant.what.kind === 'setMaximumPowerLimit' && grant.rulesVersion === undefined) {
    const place = { ...grant.place, meterId: connection.meter.meterId };
    await deps.landingOver(tx, place, { grantId, at });
  }
  if (made.value.lastTid !== null) {
    const { bucket, meter } = connection;
    await setLastTids(tx, [{ bucket, id: meter.meterId, last_tid: made.value.lastTid }]);
  }
  const told = { grant, grantId, connection, made: made.value, creditMinor };
  await tellCustomer(tx, deps, told);
  await notifyLive(tx, { kind: 'connection', ...noticeOf(connection) });
  return ok({ grantId, isNew: true });
}

/** Into a wallet free credit goes as money: at once, and by no token. */
async function giveMoney(
  tx: Tx,
  deps: GrantDeps,
  o: {
    readonly grant: NewGrant;
    readonly connection: Connection;
    readonly energyWh: bigint;
  },
): Promise<Result<IssuedGrant, GrantRefusal>> {
  const { grant, connection, energyWh } = o;
  const money = await deps.giveToWallet(tx, { connection, energyWh });
  if (!money.ok) return money;
  const grantId = deps.newUuid();
  const at = new Date(deps.clocks.business.nowMs());
  await insertGrant(tx, { grant, grantId, connection, powerW: null, at, money: money.value });
  if (connection.customerPhone !== null) {
    const utility = await deps.utilities.get(connection.utilityId);
    await deps.messages.queue(tx, {
      place: connection,
      kind: 'walletCredited',
      factKey: `grant:${grantId}`,
      phone: connection.customerPhone,
      text: sayTo(await languageToTell(tx, utility, connection.customerPhone), 'grant.wallet', {
        ...{ utility: utility.name, home: connection.name },
        credit: `${formatKwh(energyWh)} kWh`,
        money: formatMoney(money.value.amountMinor, utility.currency),
      }),
    });
  }
  await notifyLive(tx, { kind: 'connection', ...noticeOf(connection) });
  return ok({ grantId, isNew: true });
}

/** Credit is for who holds it, and not for a meter that is being asked to hand it over. */
async function ofCreditMode(
  tx: Tx,
  connection: Connection,
  what: GrantWhat,
): Promise<Result<'meter' | 'wallet' | MoneyMeter, 'walletMode' | 'creditModeChanging'>> {
  if (!isCredit(what) && what.kind !== 'clearCredit') return ok('meter');
  const isWallet = connection.creditMode === 'wallet';
  if (isWallet && what.kind !== 'freeCredit') return err('walletMode');
  if (await isModeChanging(tx, connection)) return err('creditModeChanging');
  if (isWallet) return ok('wallet');
  // What clears takes any register.
  if (!isCredit(what)) return ok('meter');
  const toSell = await loadConnectionsToSell(tx, [connection], { lock: false });
  return ok(toSell.get(connection.connectionId)?.moneyMeter ?? 'meter');
}

const isCredit = (what: GrantWhat): boolean => 'energyWh' in what || 'creditMinor' in what;

/** What goes on a meter that counts money; null: energy, or no credit. */
async function moneyOf(
  tx: Tx,
  deps: GrantDeps,
  o: {
    readonly connection: Connection;
    readonly mode: 'meter' | 'wallet' | MoneyMeter;
    readonly what: GrantWhat;
  },
): Promise<Result<bigint | null, 'meterCountsMoney' | 'meterCountsEnergy' | 'noPrice'>> {
  const { connection, mode, what } = o;
  if (!isCredit(what)) return ok(null);
  if (typeof mode === 'string') return 'creditMinor' in what ? err('meterCountsEnergy') : ok(null);
  const utility = await deps.utilities.get(connection.utilityId);
  if (!isOfCurrency(mode, utility.currency)) return err('meterCountsMoney');
  if ('creditMinor' in what) return ok(what.creditMinor);
  // Free units of the month are in the tariff that the meter holds; energy is not carried over.
  if (what.kind !== 'freeCredit' || !('energyWh' in what)) return err('meterCountsMoney');
  const price = await priceOnMeter(tx, deps, { connection, utility, meter: mode });
  return price === null ? err('noPrice') : ok(energyInMoney(what.energyWh, price));
}

const noticeOf = ({ utilityId, connectionId }: ConnectionPlace) => ({ utilityId, connectionId });

async function make(
  tx: Tx,
  deps: GrantDeps,
  o: {
    readonly connection: Connection;
    readonly what: GrantWhat;
    readonly creditMinor: bigint | null;
  },
): Promise<Result<MadeGrant, GrantRefusal>> {
  const { what, connection, creditMinor } = o;
  if (what.kind === 'test') return makeTest(what.tests);
  const keysOf = await deps.keys.keysToIssue(tx, [connection.meter], connection);
  const keys = keysOf(connection.meter);
  if (!keys.ok) return keys;
  const options = {
    meter: connection.meter,
    nowMs: deps.clocks.business.nowMs(),
    random: () => (deps.random(1)[0] ?? 0) & 15,
  };
  if (what.kind === 'keyChange') {
    const keyChange = makeKeyChange(keys.value, options);
    if (!keyChange.ok) return keyChange;
    if (keyChange.value === null) return err('nothingToChange');
    return ok({ keyChange: keyChange.value, tokens: [], lastTid: null, powerW: null });
  }
  if (creditMinor !== null) {
    const { currency } = await deps.utilities.get(connection.utilityId);
    const e5PerMinor = e5PerMinorOf(currency);
    return makeMoneyCredit(keys.value, { ...options, creditMinor, e5PerMinor });
  }
  if ('creditMinor' in what) throw new Error('money without its sum');
  if ('energyWh' in what) return makeCredit(keys.value, { ...options, energyWh: what.energyWh });
  return makeManagement(keys.value, { ...options, function: functionOf(what) });
}

function functionOf(
  what: Exclude<
    GrantWhat,
    { energyWh: bigint } | { creditMinor: bigint } | { tests: unknown } | { kind: 'keyChange' }
  >,
): ManagementFunction {
  if ('powerW' in what) return { kind: what.kind, watts: what.powerW };
  return what.kind === 'clearCredit'
    ? { kind: 'clearCredit', register: 'electricity' }
    : { kind: 'clearTamper' };
}

const parametersOf = (what: GrantWhat, powerW: bigint | null): object => {
  if ('powerW' in what) {
    return { askedPowerW: what.powerW.toString(), powerW: (powerW ?? what.powerW).toString() };
  }
  return 'tests' in what ? { tests: what.tests } : {};
};

async function insertGrant(
  tx: Tx,
  o: {
    readonly grant: NewGrant;
    readonly grantId: string;
    readonly connection: Connection;
    readonly powerW: bigint | null;
    readonly at: Date;
    /** Given to a wallet, which has it at once. */
    readonly money?: GivenMoney;
    /** On tokens of a meter that counts money. */
    readonly creditMinor?: bigint | null;
  },
): Promise<void> {
  const { grant, connection, at, money } = o;
  const { what } = grant;
  await tx
    .insertInto('grants')
    .values({
      bucket: connection.bucket,
      id: o.grantId,
      utility_id: connection.utilityId,
      connection_id: connection.connectionId,
      meter_id: connection.meter.meterId,
      request_id: grant.requestId,
      kind: what.kind,
      energy_wh: 'energyWh' in what ? what.energyWh : null,
      parameters: JSON.stringify(parametersOf(what, o.powerW)),
      reason: grant.reason,
      requested_by: grant.requestedBy,
      approval_id: grant.approvalId,
      month: grant.ofMonth === undefined ? null : `${grant.ofMonth.month}-01`,
      tariff_version_id: grant.ofMonth?.tariffVersionId ?? null,
      rules_version: grant.rulesVersion ?? null,
      state: money === undefined ? 'issued' : 'accepted',
      amount_minor: money?.amountMinor ?? o.creditMinor ?? null,
      transfer_id: money?.transferId ?? null,
      issued_at: at,
      state_at: at,
    })
    .execute();
}

/** The first answer to this request id, or null when it is new. */
async function knownGrant(
  tx: Tx,
  grant: NewGrant,
): Promise<Result<IssuedGrant, 'requestIdReused'> | null> {
  const row = await tx
    .selectFrom('grants')
    .select(['id', 'kind', 'energy_wh', 'amount_minor', 'parameters', 'reason', 'requested_by'])
    .where('bucket', '=', grant.place.bucket)
    .where('connection_id', '=', grant.place.connectionId)
    .where('request_id', '=', grant.requestId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { what } = grant;
  const asked = row.parameters as { askedPowerW?: string; tests?: readonly number[] | 'all' };
  const before = {
    kind: row.kind,
    energyWh: row.energy_wh,
    creditMinor: 'creditMinor' in what ? row.amount_minor : null,
    powerW: asked.askedPowerW ?? null,
    tests: asked.tests,
    by: [row.requested_by, row.reason],
  };
  const now = {
    kind: what.kind,
    energyWh: 'energyWh' in what ? what.energyWh : null,
    creditMinor: 'creditMinor' in what ? what.creditMinor : null,
    powerW: 'powerW' in what ? what.powerW.toString() : null,
    tests: 'tests' in what ? what.tests : undefined,
    by: [grant.requestedBy, grant.reason],
  };
  return answerAgain<IssuedGrant>(before, now, { grantId: row.id, isNew: false });
}

/** Credit concerns the customer; a limit or a test is between the utility and the meter. */
async function tellCustomer(
  tx: Tx,
  deps: GrantDeps,
  o: {
    readonly grant: NewGrant;
    readonly grantId: string;
    readonly connection: Connection;
    readonly made: MadeGrant;
    readonly creditMinor: bigint | null;
  },
): Promise<void> {
  const { connection, grant, made, creditMinor } = o;
  const { what } = grant;
  if (connection.customerPhone === null || !isCredit(what)) return;
  const utility = await deps.utilities.get(connection.utilityId);
  const digits = [...(made.keyChange?.digits ?? []), ...made.tokens.map((token) => token.digits)];
  const kwh = 'energyWh' in what ? `${formatKwh(what.energyWh)} kWh` : '';
  const sum = creditMinor === null ? null : formatMoney(creditMinor, utility.currency);
  const language = await languageToTell(tx, utility, connection.customerPhone);
  const of = { utility: utility.name, home: connection.name };
  const words =
    what.kind === 'replacement'
      ? sayTo(language, 'grant.carried', { ...of, credit: sum ?? kwh })
      : sum === null
        ? sayTo(language, 'grant.free', { ...of, credit: kwh })
        : sayTo(language, 'grant.freeMoney', { ...of, credit: kwh, money: sum });
  const tokens = digits.map((each) => inOrder(language, formatTokenDigits(each)));
  const [token = ''] = tokens;
  const how =
    tokens.length === 1
      ? sayTo(language, 'sale.sentOne', { token })
      : sayTo(language, 'sale.sentAll', { tokens: tokens.join(', ') });
  await deps.messages.queue(tx, {
    place: connection,
    kind: 'tokenIssued',
    factKey: `grant:${o.grantId}`,
    phone: connection.customerPhone,
    text: `${words} ${how}`,
  });
}

/** What meters say about the tokens of grants. */
export function createGrantFollower(deps: Pick<GrantDeps, 'clocks'>): TokenFollower {
  const move = async (
    tx: Tx,
    place: MeterPlace,
    to: {
      readonly id: string;
      readonly state: 'accepted' | 'refused' | 'unconfirmed';
      readonly refusal?: string;
      readonly at: Date;
    },
  ): Promise<void> => {
    await tx
      .updateTable('grants')
      .set({
        state: to.state,
        refusal: to.refusal ?? null,
        state_at: to.at,
        seen_at: null,
        seen_by: null,
        seen_reason: null,
      })
      .where('bucket', '=', place.bucket)
      .where('id', '=', to.id)
      .where('state', '<>', 'accepted')
      .execute();
    await notifyLive(tx, { kind: 'connection', ...noticeOf(place) });
  };
  const now = () => new Date(deps.clocks.business.nowMs());
  return {
    accepted: async (tx, accepted) => {
      for (const { place, id, at } of accepted) {
        const { rows } = await sql<{ missing: boolean }>`SELECT EXISTS (
          SELECT FROM prewatt.tokens WHERE bucket = ${place.bucket} AND grant_id = ${id}::uuid
            AND state <> 'accepted') AS missing`.execute(tx);
        if (rows[0]?.missing === false) await move(tx, place, { id, state: 'accepted', at });
      }
    },
    refused: (tx, place, { id, refusal }) =>
      move(tx, place, { id, state: 'refused', refusal, at: now() }),
    unconfirmed: (tx, place, { id }) => move(tx, place, { id, state: 'unconfirmed', at: now() }),
  };
}
