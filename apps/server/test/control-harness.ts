// Operators who ask and allow, and a meter that takes tokens as the standard's acceptance decides:
// for tests of approvals, grants, keys and key changes.

import assert from 'node:assert/strict';
import { energyWh } from '@prewatt/quantities';
import { type AcceptanceState, acceptToken, createAcceptanceState } from '@prewatt/sts/accept';
import { deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { createKeys } from '../src/money/keys/index.ts';
import type { Operator } from '../src/registry/sign-in/index.ts';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { readTokens } from '../src/reports/proof/read-tokens.ts';
import { type Harness, meterDefaults, testVendingKey, vendingKeyBytes } from './harness.ts';

export async function operatorNamed(
  h: Harness,
  name: string,
  role: Operator['role'] = 'administrator',
  utilityId = h.utilityId,
): Promise<Operator> {
  const authUserId = `auth-${name}-${utilityId}`;
  return h.owner.inUtility(utilityId, async (tx) => {
    await h.onboarding.createOperator(tx, utilityId, { authUserId, name, role });
    const row = await tx
      .selectFrom('operators')
      .select('id')
      .where('auth_user_id', '=', authUserId)
      .executeTakeFirstOrThrow();
    return { operatorId: row.id, utilityId, name, role, email: `${name}@test.example` };
  });
}

export const approvalIdsOf = async (h: Harness): Promise<string[]> => {
  const rows = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('approvals').select('id').where('state', '=', 'awaiting').orderBy('id').execute(),
  );
  return rows.map((row) => row.id);
};

/** The one approval that waits is allowed by `by`; its state afterwards. */
export async function allowNext(h: Harness, by: Operator): Promise<string> {
  const [approvalId, ...more] = await approvalIdsOf(h);
  assert.ok(approvalId !== undefined && more.length === 0, 'one approval waits');
  const done = await h.services.approvals.approve({ utilityId: by.utilityId, approvalId, by });
  assert.ok(done.ok, JSON.stringify(done));
  return done.value.state;
}

export type TestMeter = {
  /** Types digits at the keypad and reports it. */
  readonly type: (digits: string) => Promise<string>;
  /** Answers every command that the head-end has sent and that this meter has not seen. */
  readonly answer: () => Promise<string[]>;
  readonly state: () => AcceptanceState;
};

/** What the factory gave a meter. */
const ofFactory = {
  ea: meterDefaults.encryptionAlgorithm,
  dkga: testVendingKey.dkga as 'dkga02' | 'dkga04',
  bytes: vendingKeyBytes,
  supplyGroupCode: meterDefaults.supplyGroupCode,
};

/** A meter of the harness with the test vending key, or another one. */
export function testMeter(
  h: Harness,
  meterPan: string,
  o: Partial<typeof ofFactory> = {},
): TestMeter {
  const { ea, dkga, bytes, supplyGroupCode } = { ...ofFactory, ...o };
  const vendingKey = vendingKeyFromBytes(bytes);
  assert.ok(vendingKey.ok);
  const identity = {
    meterPan,
    supplyGroupCode,
    tariffIndex: meterDefaults.tariffIndex,
    keyRevision: meterDefaults.keyRevision,
    keyType: 2,
    baseDate: testVendingKey.baseDate,
  } as const;
  const decoderKey = deriveDecoderKey(vendingKey.value, { ...identity, dkga, ea });
  assert.ok(decoderKey.ok);
  const created = createAcceptanceState({
    ...identity,
    decoderKey: decoderKey.value,
    keyExpiry: 255,
    initialTid: 0,
  });
  assert.ok(created.ok);
  let state = created.value;
  let sequence = 0;
  const answered = new Map<string, unknown>();

  const take = (digits: string, origin: 'keypad' | 'remote') => {
    const decision = acceptToken(state, {
      digits,
      nowMs: h.clock.nowMs,
      origin,
      headroom: { electricity: 100_000_000n },
    });
    state = decision.state;
    const { outcome } = decision;
    if (!outcome.accepted) {
      return { result: 'refused', refusal: outcome.refusal, tid: outcome.tid } as const;
    }
    const { effect } = outcome;
    const credited = effect.kind === 'credit' ? effect.units * 100n : 0n;
    const known = ['credit', 'test', 'keyChangePart', 'keyChanged'] as const;
    const name = known.find((kind) => kind === effect.kind) ?? 'management';
    return {
      result: 'accepted',
      effect: name,
      tid: 'tid' in effect ? effect.tid : null,
      creditedEnergyWh: energyWh(credited),
    } as const;
  };

  return {
    state: () => state,
    type: async (digits) => {
      sequence += 1;
      const outcome = take(digits, 'keypad');
      await h.fromMeter(meterPan, {
        kind: 'events',
        sequence,
        events: [
          {
            sequence,
            atMs: h.clock.nowMs,
            code: 'token',
            origin: 'keypad',
            lastFour: digits.slice(-4),
            outcome,
          },
        ],
      });
      return outcome.result === 'accepted' ? outcome.effect : outcome.refusal;
    },
    answer: async () => {
      await h.services.commands.sweep(h.utilityId);
      const said: string[] = [];
      for (const { meterPan: to, message } of [...h.sent]) {
        if (to !== meterPan || message.kind !== 'command' || answered.has(message.commandId)) {
          continue;
        }
        if (message.action.kind !== 'deliverToken') continue;
        sequence += 1;
        const outcome = take(message.action.token, 'remote');
        answered.set(message.commandId, outcome);
        said.push(outcome.result === 'accepted' ? outcome.effect : outcome.refusal);
        await h.fromMeter(meterPan, {
          kind: 'commandResult',
          sequence,
          commandId: message.commandId,
          completedAtMs: h.clock.nowMs,
          result: { kind: 'deliverToken', outcome },
        });
      }
      return said;
    },
  };
}

/** Every rule of the proof holds, and each token's digits are what its row says. */
export async function assertAllLaws(h: Harness): Promise<void> {
  const range = { fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs };
  for (const rule of rules) {
    const { failed, findings } = await checkRule(h.owner.directories, rule, range);
    assert.equal(failed, 0n, `${rule.name} ${JSON.stringify(findings)}`);
  }
  const keys = createKeys({ masterKey: Buffer.alloc(32, 7) });
  const read = await h.database.inUtility(h.utilityId, async (tx) =>
    readTokens(tx, range, await keys.keysOfMeters(tx, h.utilityId)),
  );
  assert.deepEqual([read.energy.findings, read.tid.findings], [[], []]);
  assert.ok(read.energy.checked > 0n);
}
