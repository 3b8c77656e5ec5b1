// Homes that go over to wallet mode and back, for tests: their meter's words, the two people who
// allow it, and what can be seen of it.

import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { WalletAnswer } from '@prewatt/api';
import type { CommandResult, MeterEvent } from '@prewatt/protocol';
import { energyWh, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { loadConnection } from '../src/registry/connections/index.ts';
import { periodOf, statementOf } from '../src/reports/statements/service.ts';
import { askAndAllow, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid, startMs, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

export const halfHour = 1_800_000;

/** Registers the hooks of a file; each test has a home of its own. */
export function setUpWallets() {
  let h: Harness;
  let http: HttpHarness;
  let people: People;
  let home: Awaited<ReturnType<Harness['addConnection']>>;
  let sequence = 5_000;
  let payments = 0;

  before(async () => {
    h = await createHarness();
    http = await createHttpHarness(h);
    people = await createPeople(http);
    await h.services.upkeep();
  });
  after(async () => {
    await http.close();
    await h.close();
  });
  beforeEach(async () => {
    h.clock.nowMs = startMs;
    h.sent.length = 0;
    home = await h.addConnection();
  });

  /** A marked day waits for the rest of what its meter has to say; then all is decided. */
  const settle = async () => {
    h.clock.nowMs += 21_000;
    for (let turn = 0; turn < 3; turn += 1) await h.services.upkeep();
  };

  /** Readings every half-hour from an instant: values of the register. */
  const read = async (fromMs: number, values: readonly number[]) => {
    sequence += 1;
    h.clock.nowMs = Math.max(h.clock.nowMs, fromMs + (values.length - 1) * halfHour + 1_000);
    const entries = values.map((wh, i) => ({
      endsAtMs: fromMs + i * halfHour,
      importEnergyWh: energyWh(wh),
    }));
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
    h.clock.nowMs += 21_000;
    await h.services.upkeep();
  };

  /** A reading that comes by itself, before upkeep has looked at it. */
  const late = (endsAtMs: number, wh: number) => {
    sequence += 1;
    const entries = [{ endsAtMs, importEnergyWh: energyWh(wh) }];
    return h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
  };

  const commands = () =>
    h.sent.flatMap(({ meterPan, message }) =>
      meterPan === home.meterPan && message.kind === 'command' ? [message] : [],
    );
  /** `completedAtMs`: when the meter did it, which may be long before its answer arrives. */
  const answer = async (kind: string, result: CommandResult, completedAtMs?: number) => {
    // Once to decide, once to send.
    await h.services.upkeep();
    await h.services.upkeep();
    const command = commands().findLast((each) => each.action.kind === kind);
    assert.ok(command !== undefined, `no ${kind} was sent`);
    sequence += 1;
    await h.fromMeter(home.meterPan, {
      kind: 'commandResult',
      sequence,
      commandId: command.commandId,
      completedAtMs: completedAtMs ?? h.clock.nowMs,
      result,
    });
    await h.services.upkeep();
  };

  /** The meter takes a credit token at its keypad; `inCreditMode`: it says so. */
  const typed = async (o: {
    readonly token: {
      readonly tid: number | null;
      readonly energy_wh: bigint | null;
      readonly digits: string;
    };
    readonly atMs: number;
    readonly inCreditMode: boolean;
    readonly again?: MeterEvent;
  }): Promise<MeterEvent> => {
    sequence += 1;
    const event: MeterEvent = o.again ?? {
      sequence,
      atMs: o.atMs,
      code: 'token',
      origin: 'keypad',
      lastFour: o.token.digits.slice(-4),
      outcome: {
        result: 'accepted',
        effect: 'credit',
        tid: o.token.tid,
        creditedEnergyWh: energyWh(o.token.energy_wh ?? 0n),
        ...(o.inCreditMode ? { paymentMode: 'credit' } : {}),
      },
    };
    await h.fromMeter(home.meterPan, { kind: 'events', sequence, events: [event] });
    await h.services.upkeep();
    return event;
  };

  const path = () => `/api/operator/connections/${idFromUuid('connection', home.connectionId)}`;
  const ask = (toMode: 'token' | 'wallet', more: object = {}) =>
    askAndAllow(people, `${path()}/credit-mode`, {
      requestId: newTestUuid(),
      toMode,
      reason: 'The customer asked for it',
      ...more,
    });
  const toWallet = async (wh = 0, o: { owedWh?: number; registerWh?: number } = {}) => {
    const asked = await ask('wallet');
    assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
    await answer('setPaymentMode', handedOver(wh, o));
  };
  const toToken = async (registerWh: number, wh = 0) => {
    const asked = await ask('token');
    assert.equal(asked.approval?.state, 'done', JSON.stringify(asked));
    await answer('setPaymentMode', handedOver(wh, { registerWh }));
    await settle();
  };
  const wallet = async (): Promise<WalletAnswer> =>
    (await people.viewer.get(`${path()}/wallet`)).json();
  const balance = async () => BigInt((await wallet()).wallet?.balanceMinor ?? '-1');
  const pay = (amountMinor: bigint) => {
    payments += 1;
    return buyAndPay(h, amountMinor, `wallet-${payments}`, home);
  };

  const statement = () =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const utility = await h.services.utilities.get(h.utilityId);
      const connection = await loadConnection(tx, home);
      assert.ok(connection !== null);
      const { zone } = utility;
      const period = periodOf({ from: null, to: null, zone, nowMs: h.clock.nowMs });
      assert.ok(period !== null);
      return statementOf(tx, { utility, connection, period, cursor: null, pageSize: 100 });
    });

  const saleOf = (saleId: string) =>
    h.database.inUtility(h.utilityId, (tx) =>
      tx.selectFrom('sales').selectAll().where('id', '=', saleId).executeTakeFirstOrThrow(),
    );

  /** Rules of the utility until the test's end. */
  const withRules = async (document: object, work: () => Promise<void>): Promise<void> => {
    const put = async (rulesNow: object) => {
      await sql`UPDATE prewatt.utilities SET protection_rules = ${JSON.stringify(rulesNow)}::jsonb
        WHERE id = ${h.utilityId}::uuid`.execute(h.owner.directories);
      await h.services.utilities.list();
    };
    await put({ ...testUtility.protectionRules, ...document });
    try {
      await work();
    } finally {
      await put(testUtility.protectionRules);
    }
  };

  return {
    get h() {
      return h;
    },
    get http() {
      return http;
    },
    get people() {
      return people;
    },
    get home() {
      return home;
    },
    set home(next: typeof home) {
      home = next;
    },
    ...{ settle, read, late, commands, answer, typed, path, ask, toWallet, toToken },
    ...{ wallet, balance, pay, statement, saleOf, withRules },
  };
}

export const handedOver = (
  handedOverEnergyWh: number,
  o: { readonly owedWh?: number; readonly registerWh?: number } = {},
): CommandResult => ({
  kind: 'setPaymentMode',
  handedOverEnergyWh: energyWh(BigInt(handedOverEnergyWh)),
  handedOverMicroMinor: 0n,
  owedEnergyWh: energyWh(BigInt(o.owedWh ?? 0)),
  owedMicroMinor: 0n,
  ...(o.registerWh === undefined ? {} : { importEnergyWh: energyWh(BigInt(o.registerWh)) }),
});
