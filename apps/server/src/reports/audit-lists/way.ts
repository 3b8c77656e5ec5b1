// The way of a token: back to who paid or who allowed it, to the price, and to the key that its
// digits open under and the people who loaded that key. What should be there and is not is said.

import type { TokenWays, WayStep } from '@prewatt/api';
import { type Currency, formatAmount, formatKwh, idFromUuid, isoOf } from '@prewatt/quantities';
import { readToken } from '@prewatt/sts/codec';
import type { Tx } from '../../base/database.ts';
import type { Keys, KeysOfMeter } from '../../money/keys/index.ts';
import { tokenSince } from '../../registry/token-log/index.ts';
import {
  type Approved,
  type Cause,
  grantOf,
  keyOf,
  moneyOf,
  saleOf,
  tariffOf,
  tokensOf,
  type WayMoney,
  type WaySale,
  type WayToken,
} from './way-rows.ts';

export type WayContext = {
  readonly utilityId: string;
  readonly currency: Currency;
  readonly keys: Pick<Keys, 'keysOfMeters'>;
};

type Facts = Readonly<Record<string, string | null | undefined>>;
type Step = Partial<Omit<WayStep, 'facts' | 'at' | 'approvalId'>> &
  Pick<WayStep, 'what' | 'title'> & {
    readonly atMs?: number | null;
    readonly facts: Facts;
    readonly approvalId?: string | null;
  };

/** Without facts that nobody knows. */
function stepOf({ atMs = null, approvalId = null, facts, ...step }: Step): WayStep {
  return {
    ...{ missing: null, saleId: null, ...step },
    at: atMs === null ? null : isoOf(atMs),
    facts: Object.entries(facts).flatMap(([label, value]) => (value ? [{ label, value }] : [])),
    approvalId: approvalId === null ? null : idFromUuid('approval', approvalId),
  };
}

const approvalFacts = ({ askedBy, allowedBy }: Approved): Facts => ({
  'Asked for by': askedBy,
  'Allowed by': allowedBy,
});

/** All tokens of a sale or a grant, each with its way. */
export async function tokenWays(tx: Tx, o: WayContext, cause: Cause): Promise<TokenWays> {
  const tokens = await tokensOf(tx, cause);
  if (tokens.length === 0) return { tokens: [] };
  const keysOf = await o.keys.keysOfMeters(tx, o.utilityId);
  const middle =
    cause.kind === 'sale' ? await saleSteps(tx, o, cause) : await grantSteps(tx, o, cause);
  const ways: TokenWays['tokens'] = [];
  for (const token of tokens) {
    const steps = [await tokenStep(tx, token), ...middle, ...(await keySteps(tx, token, keysOf))];
    ways.push({
      tokenId: idFromUuid('token', token.id),
      connectionId: idFromUuid('connection', token.connectionId),
      lastFour: token.digits.slice(-4),
      steps,
    });
  }
  return { tokens: ways };
}

async function tokenStep(tx: Tx, token: WayToken): Promise<WayStep> {
  const since = await tokenSince(tx, token);
  return stepOf({
    what: 'token',
    title: `Token that ends in ${token.digits.slice(-4)}`,
    atMs: token.issuedAt,
    facts: {
      Home: token.connectionName,
      Meter: token.meterPan,
      Kind: kindWords[token.kind],
      'Token identifier': token.tid?.toString(),
      Energy: token.energyWh === null ? null : `${formatKwh(token.energyWh)} kWh`,
      State: stateWords[token.state],
      'State since': token.stateAt === null ? null : isoOf(token.stateAt),
      'In the public log since': since === null ? null : isoOf(since.sinceMs),
    },
    missing: since === null ? 'It is below no signed head of the token log yet.' : null,
  });
}

const stateWords: Readonly<Record<string, string>> = {
  issued: 'not yet accepted by the meter',
  accepted: 'accepted by the meter',
  refused: 'refused by the meter',
};
const kindWords: Readonly<Record<string, string>> = {
  credit: 'credit',
  keyChange: 'a section of a key change',
  management: 'management of the meter',
  test: 'test of the meter',
};

const money = (o: WayContext, minor: bigint | null): string | null =>
  minor === null ? null : `${o.currency.code} ${formatAmount(minor, o.currency)}`;

async function saleSteps(tx: Tx, o: WayContext, cause: Cause): Promise<WayStep[]> {
  const sale = await saleOf(tx, cause.id);
  if (sale === null) return [];
  const paid = await moneyOf(tx, sale.id);
  const isPaid = paid.some(({ how }) => how !== 'opening' && how !== 'bank');
  const forward = sale.broughtForwardMinor ?? 0n;
  return [
    saleStep(o, sale),
    ...(isPaid ? [] : [nobodyPaid]),
    // What an older system owed the home counts where money of before was spent.
    ...paid.filter(({ how }) => how !== 'opening' || forward > 0n).map((one) => moneyStep(o, one)),
    ...(await tariffSteps(tx, sale.tariffVersionId)),
  ];
}

function saleStep(o: WayContext, sale: WaySale): WayStep {
  const lines = (sale.lines ?? []).map(
    ({ label, amountMinor }) => `${label} ${formatAmount(BigInt(amountMinor), o.currency)}`,
  );
  const forward = sale.broughtForwardMinor ?? 0n;
  return stepOf({
    what: 'cause',
    title: `Sale of ${money(o, sale.amountMinor)}`,
    atMs: sale.requestedAt,
    facts: {
      'Where the money went': lines.join('; '),
      'Prepaid from before': forward === 0n ? null : money(o, forward),
      'Kept for next time': sale.remainderMinor ? money(o, sale.remainderMinor) : null,
      'Quoted for the same amount': sale.quotedAt === null ? null : isoOf(sale.quotedAt),
    },
    saleId: idFromUuid('sale', sale.id),
  });
}

const nobodyPaid: WayStep = stepOf({
  what: 'money',
  title: 'Nobody paid',
  facts: {},
  missing: 'No payment, no till, no correction and no change of mode stands behind this sale.',
});

function moneyStep(o: WayContext, one: WayMoney): WayStep {
  const amount = money(o, one.amountMinor);
  const titles: Readonly<Record<WayMoney['how'], string>> = {
    payment: `Payment through ${one.through}`,
    bank: `In the statement ${one.through}`,
    till: `Cash at ${one.through}`,
    correction: `Money of a correction: ${correctionWords[one.through] ?? one.through}`,
    mode: `Credit carried when the meter came to ${one.through} mode`,
    opening: `Opening balance from the file ${one.through}`,
  };
  return stepOf({
    what: 'money',
    title: titles[one.how],
    atMs: one.at,
    facts: {
      Amount: amount,
      ...(one.how === 'till'
        ? { Clerk: one.person, Till: one.reason, Request: one.reference }
        : { 'Done by': one.person, Reference: one.reference, Reason: one.reason }),
      ...approvalFacts(one),
    },
    approvalId: one.approvalId,
  });
}

const correctionWords: Readonly<Record<string, string>> = {
  moveIn: 'moved here from another home',
  creditNote: 'a credit note',
  allocation: 'money that no sale had got',
};

const grantWords: Readonly<Record<string, string>> = {
  freeUnits: 'Free units of the month',
  freeCredit: 'Free credit',
  replacement: 'Replacement of a token',
  clearCredit: 'Credit cleared',
  clearTamper: 'Tamper cleared',
  setMaximumPowerLimit: 'Power limit set',
  setPhaseUnbalanceLimit: 'Phase unbalance limit set',
  test: 'Test of the meter',
  keyChange: 'Key of the meter changed',
};
/** They bring energy, or take it: never without a second person. */
const needsTwo = new Set(['freeCredit', 'replacement', 'clearCredit']);

async function grantSteps(tx: Tx, o: WayContext, cause: Cause): Promise<WayStep[]> {
  const grant = await grantOf(tx, cause.id);
  if (grant === null) return [];
  const isAlone = needsTwo.has(grant.kind) && grant.allowedBy === null;
  return [
    stepOf({
      what: 'cause',
      title: grantWords[grant.kind] ?? grant.kind,
      atMs: grant.issuedAt,
      facts: {
        Reason: grant.reason,
        Energy: grant.energyWh === null ? null : `${formatKwh(grant.energyWh)} kWh`,
        Worth: money(o, grant.amountMinor),
        Month: grant.month,
        'From key': grant.fromKey,
        'To key': grant.toKey,
        'Rules on cuts': grant.rulesVersion === null ? null : `version ${grant.rulesVersion}`,
      },
    }),
    stepOf({
      what: 'second',
      title: grant.by === null ? 'Made by a rule, not by a person' : `Made for ${grant.by}`,
      facts: approvalFacts(grant),
      missing: isAlone ? 'No second person allowed it.' : null,
      approvalId: grant.approvalId,
    }),
    ...(await tariffSteps(tx, grant.tariffVersionId)),
  ];
}

async function tariffSteps(tx: Tx, id: string | null): Promise<WayStep[]> {
  const tariff = id === null ? null : await tariffOf(tx, id);
  if (tariff === null) return [];
  return [
    stepOf({
      what: 'price',
      title: `Tariff ${tariff.name}, version ${tariff.version}`,
      atMs: tariff.createdAt,
      facts: {
        'In force from': tariff.effectiveFrom,
        'Asked for by': tariff.requestedBy,
        'Allowed by': tariff.approvedBy,
        Reason: tariff.reason,
      },
      missing: tariff.approvalId === null ? 'It came with the set-up: no second person.' : null,
      approvalId: tariff.approvalId,
    }),
  ];
}

async function keySteps(tx: Tx, token: WayToken, keysOf: KeysOfMeter): Promise<WayStep[]> {
  // A test is the same for all meters of the world.
  if (token.kind === 'test') return [];
  let keyId: string | null = null;
  for (const { decoderKey, vendingKeyId } of await keysOf(token)) {
    const read = readToken(decoderKey, token.digits);
    if (read.ok && (!('tid' in read.value) || read.value.tid === token.tid)) {
      keyId = vendingKeyId;
      break;
    }
  }
  const key = keyId === null ? null : await keyOf(tx, keyId);
  if (key === null) {
    const missing = 'No vending key of the utility opens these digits.';
    return [stepOf({ what: 'key', title: 'No key', facts: {}, missing })];
  }
  const { supplyGroupCode, keyRevision } = key;
  return [
    stepOf({
      what: 'key',
      title: `Key of supply group ${supplyGroupCode}, revision ${keyRevision}`,
      atMs: key.createdAt,
      facts: { 'Check value': key.checkValue, Proof: 'The digits open under it.' },
    }),
    stepOf({
      what: 'load',
      title: key.loadId === null ? 'Not loaded by custodians' : 'Loading of the key',
      atMs: key.openedAt,
      facts: {
        'Opened by': key.openedBy,
        Custodians: key.custodians?.join(', '),
        'Allowed by': key.allowedBy,
        Reason: key.reason,
      },
      missing:
        key.loadId === null ? 'Whoever keeps the database put it in: ask how it came.' : null,
      approvalId: key.approvalId,
    }),
  ];
}
