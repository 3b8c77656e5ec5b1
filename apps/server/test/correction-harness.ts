// Two people, and meters that say what corrections need to hear.

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ApprovalDetail, ShiftJson } from '@prewatt/api';
import { energyWh, idFromUuid, powerW, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../src/base/database.ts';
import type { Till } from '../src/money/vendors/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { moveSale } from '../src/workflows/corrections/credit.ts';
import { chargeDebt } from '../src/workflows/corrections/debts.ts';
import { recordRefundPaid } from '../src/workflows/corrections/refunds.ts';
import { reverseSale } from '../src/workflows/corrections/reversal.ts';
import { seedApproval } from './approval-seed.ts';
import { type Harness, newTestUuid } from './harness.ts';
import { type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

export type People = {
  readonly asker: Visitor;
  readonly allower: Visitor;
  readonly viewer: Visitor;
};

let addresses = 20;

/** `named` comes before each name, so that there may be others of them. */
export async function createPeople(http: HttpHarness, named = ''): Promise<People> {
  const signedIn = async (name: string, role: 'operator' | 'administrator' | 'viewer') => {
    const email = `${named.trim()}${name}@test.example`;
    const credentials = { email, password: 'correct horse battery' };
    await http.createOperator({ ...credentials, name: `${named}${name}`, role });
    addresses += 1;
    const visitor = new Visitor(http.app, `127.0.0.${addresses}`);
    const answer = await visitor.postJson('/api/auth/sign-in/email', credentials);
    assert.equal(answer.statusCode, 200, answer.body);
    return visitor;
  };
  return {
    asker: await signedIn('asker', 'operator'),
    allower: await signedIn('allower', 'administrator'),
    viewer: await signedIn('viewer', 'viewer'),
  };
}

/** Asks; gives the status and the code of a refusal, or what the second person made of it. */
export async function askAndAllow(
  people: People,
  path: string,
  body: object,
): Promise<{
  readonly status: number;
  readonly code?: string;
  readonly approval?: ApprovalDetail;
}> {
  const asked = await people.asker.postJson(path, body);
  if (asked.statusCode !== 202) return { status: asked.statusCode, code: asked.json().code };
  const { approvalId } = asked.json();
  const allowed = await people.allower.postJson(
    `/api/operator/approvals/${approvalId}/approve`,
    {},
  );
  assert.equal(allowed.statusCode, 200, allowed.body);
  return { status: 202, approval: allowed.json() };
}

export const salePath = (saleId: string) => `/api/operator/sales/${idFromUuid('sale', saleId)}`;

/** The meter says which credit it has ever taken. */
export async function reportCredited(
  h: Harness,
  meterPan: string,
  creditedWh: bigint,
  atMs = h.clock.nowMs,
): Promise<void> {
  await h.fromMeter(meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: atMs,
      availableEnergyWh: energyWh(creditedWh),
      powerW: powerW(0n),
      importEnergyWh: energyWh(0n),
      creditedEnergyWh: energyWh(creditedWh),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
    },
  });
}

let messages = 0;

/** The meter answers the command that brought a sale's tokens: refused as too old, for good. */
export async function refuseAsOld(
  h: Harness,
  place: MeterPlace & { readonly meterPan: string },
  saleId: string,
  atMs = h.clock.nowMs,
): Promise<void> {
  for (const token of await tokensOf(h, saleId)) {
    const command = await h.database.inUtility(h.utilityId, (tx) =>
      tx
        .selectFrom('commands')
        .select('id')
        .where('bucket', '=', place.bucket)
        .where('token_ref', '=', token.id)
        .executeTakeFirstOrThrow(),
    );
    messages += 1;
    await h.fromMeter(place.meterPan, {
      kind: 'commandResult',
      sequence: messages,
      commandId: idFromUuid('command', command.id),
      completedAtMs: atMs,
      result: {
        kind: 'deliverToken',
        outcome: { result: 'refused', refusal: 'old', tid: token.tid },
      },
    });
  }
}

const typed = new Map<string, number>();

/** The meter takes a sale's tokens, typed from paper; again, it repeats what it said. */
export async function typeAll(
  h: Harness,
  place: MeterPlace & { readonly meterPan: string },
  saleId: string,
): Promise<void> {
  for (const token of await tokensOf(h, saleId)) {
    messages += 1;
    const sequence = typed.get(token.id) ?? messages;
    typed.set(token.id, sequence);
    await h.fromMeter(place.meterPan, {
      kind: 'events',
      sequence,
      events: [
        {
          sequence,
          atMs: h.clock.nowMs,
          code: 'token',
          origin: 'keypad',
          lastFour: token.digits.slice(-4),
          outcome: {
            result: 'accepted',
            effect: 'credit',
            tid: token.tid,
            creditedEnergyWh: token.energy_wh as never,
          },
        },
      ],
    });
  }
}

/** The meter's register at instants. */
export async function readProfile(
  h: Harness,
  meterPan: string,
  values: readonly (readonly [atMs: number, importEnergyWh: bigint])[],
): Promise<void> {
  messages += 1;
  await h.fromMeter(meterPan, {
    kind: 'profile',
    sequence: messages,
    entries: values.map(([endsAtMs, value]) => ({ endsAtMs, importEnergyWh: energyWh(value) })),
  });
}

export const tokensOf = (h: Harness, saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('tokens').selectAll().where('sale_id', '=', saleId).orderBy('tid').execute(),
  );

export const saleRow = (h: Harness, saleId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
  );

/** The till's shift as it is closed with the cash that it expects; another one is opened. */
export async function nextShift(h: Harness, till: Till): Promise<ShiftJson> {
  const { shifts } = h.services.vendors;
  const shift = await shifts.current(till);
  assert.ok(shift !== null);
  const countedMinor = BigInt(shift.expectedMinor);
  const closed = await shifts.close(till, {
    shiftId: uuidOf(shift.shiftId as never),
    countedMinor,
  });
  assert.ok(closed.ok && (await shifts.open(till)).ok);
  return closed.value;
}

/** Every rule of the proof holds. */
export async function assertProof(h: Harness): Promise<void> {
  for (const rule of rules) {
    const range = { fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs };
    const tally = await checkRule(h.owner.directories, rule, range);
    assert.deepEqual([rule.name, tally.findings], [rule.name, []]);
  }
}

/** The balance of an account kind over all buckets, positive as credit. */
export async function creditsOf(h: Harness, kind: string): Promise<bigint> {
  const { rows } = await sql<{ sum: bigint }>`SELECT coalesce(sum(CASE ${kind}
      WHEN credit_kind THEN amount_minor ELSE -amount_minor END), 0)::bigint AS sum
    FROM prewatt.transfers WHERE credit_kind = ${kind} OR debit_kind = ${kind}`.execute(
    h.owner.directories,
  );
  return rows[0]?.sum ?? 0n;
}

/** One of each correction, done by two operators without their sign-ins: for tests of the rules. */
export async function seedCorrections(h: Harness): Promise<void> {
  const reason = 'Seeded by a test, for the rules.';
  const requestId = 'seeded-0001';
  const allowed = (kind: string, payload: object) =>
    seedApproval(h, { kind, reason, payload: { requestId, reason, ...payload } });
  const deps = { ...h.services, newUuid: newTestUuid, nowMs: () => h.clock.nowMs };
  const act = async <T>(work: (tx: Tx) => Promise<{ ok: boolean; value?: T }>): Promise<void> => {
    const done = await h.database.inUtility(h.utilityId, work);
    assert.ok(done.ok, inspect(done));
  };
  const voidSale = async (amountMinor: bigint) => {
    const place = await h.addConnection();
    const saleId = await buyAndPay(h, amountMinor, `seed-${amountMinor}`, place);
    await refuseAsOld(h, place, saleId);
    await reportCredited(h, place.meterPan, 0n);
    return { place, saleId, reason };
  };
  const back = await voidSale(11_000n);
  const moneyGoes = 'payer' as const;
  const by = await allowed('reversal', { saleId: back.saleId, moneyGoes });
  await act((tx) => reverseSale(tx, deps, { ...back, requestId, moneyGoes, stated: null, by }));
  await typeAll(h, back.place, back.saleId);
  const { id: refundId } = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('refunds').select('id').executeTakeFirstOrThrow(),
  );
  const { utilityId } = h;
  const alone = { requestedBy: by.requestedBy, approvedBy: null, approvalId: null };
  await act((tx) =>
    recordRefundPaid(tx, deps, { utilityId, refundId, reference: 'EFT', by: alone }),
  );
  const moved = await voidSale(12_000n);
  const to = await h.addConnection();
  const { saleId, place: from } = moved;
  const how = 'reversal' as const;
  const who = await allowed('moveSale', { saleId, toConnectionId: to.connectionId, by: how });
  const move = { from, saleId, to, stated: null, by: how, requestId, reason, who };
  await act((tx) => moveSale(tx, deps, move));
  const charge = { label: 'Seal', rule: { share: '10' }, amountMinor: 700n };
  await act(async (tx) => {
    const charged = await chargeDebt(tx, deps, {
      ...charge,
      place: to,
      requestId,
      reason,
      by: alone,
    });
    assert.ok(charged !== null);
    return charged;
  });
}
