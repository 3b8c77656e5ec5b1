// The stage table of commands on a real database, with a wire that loses what a test wants lost.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { CommandBody } from '@prewatt/api';
import { checkProtectionRules } from '@prewatt/protection';
import type { CommandResult } from '@prewatt/protocol';
import { energyWh, expectOk, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Asker, createCommandOutbox } from '../src/metering/headend/index.ts';
import { operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid, testUtility } from './harness.ts';

let h: Harness;
let home: Awaited<ReturnType<Harness['addConnection']>>;
before(async () => {
  h = await createHarness();
  administrator = await operatorNamed(h, 'Ada');
});
beforeEach(async () => {
  h.clock.nowMs += 3_600_000;
  home = await h.addConnection();
});
after(() => h.close());

const minuteMs = 60_000;
let administrator: Asker = { name: 'Ada', role: 'administrator' };
const noRules = testUtility.protectionRules;
const always = {
  ...noRules,
  friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
};

const send = (
  body: CommandBody,
  o: {
    by?: Asker;
    rules?: object;
  } = {},
) =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.sending.send(tx, {
      place: home,
      by: o.by ?? administrator,
      body: { ...body, requestId: body.requestId ?? newTestUuid() },
      zone: testUtility.zone,
      protection: expectOk(checkProtectionRules(o.rules ?? noRules), 'rules'),
    }),
  );
const sent = async (body: CommandBody): Promise<string> =>
  expectOk(await send(body), 'command').commandId;
const cancel = (commandId: string, reason = 'Not needed') =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.sending.cancel(tx, {
      place: home,
      commandId,
      by: administrator,
      reason,
    }),
  );
const stages = async (commandId: string): Promise<string[]> => {
  const { rows } = await sql<{ stage: string }>`SELECT stage FROM prewatt.command_stages
    WHERE command_id = ${commandId}::uuid ORDER BY ordinal`.execute(h.owner.directories);
  return rows.map((row) => row.stage);
};
const stageNow = async (commandId: string) => (await stages(commandId)).at(-1);
const onTheWire = () =>
  h.sent.flatMap(({ meterPan, message }) => (meterPan === home.meterPan ? [message] : []));
let sequence = 1_000;
const answer = async (commandId: string, result: CommandResult) => {
  sequence += 1;
  await h.fromMeter(home.meterPan, {
    kind: 'commandResult',
    sequence,
    commandId: idFromUuid('command', commandId),
    completedAtMs: h.clock.nowMs,
    result,
  });
};
const sweep = () => h.services.commands.sweep(h.utilityId);
const asked = () => ({ requestId: newTestUuid(), reason: 'A test asks for it' });

const everyKind: [CommandBody, CommandResult][] = [
  [{ kind: 'readNow' }, { kind: 'readNow' }],
  [
    { kind: 'switchOpen', cause: 'maintenance', ...asked() },
    { kind: 'switchOpen', loadSwitch: 'disconnected' },
  ],
  [
    { kind: 'switchClose', ...asked() },
    { kind: 'switchClose', loadSwitch: 'connected' },
  ],
  [
    { kind: 'switchArm', ...asked() },
    { kind: 'switchArm', loadSwitch: 'readyForReconnection' },
  ],
  [{ kind: 'setPowerLimit', limitW: 2_000, ...asked() }, { kind: 'setPowerLimit' }],
  [
    { kind: 'setEmergencyCredit', presetEnergyWh: 5_000, automatic: false, ...asked() },
    { kind: 'setEmergencyCredit' },
  ],
  [{ kind: 'setProtection', ...asked() }, { kind: 'setProtection' }],
  [{ kind: 'setTariff', ...asked() }, { kind: 'setTariff' }],
  [
    {
      kind: 'setPaymentMode',
      paymentMode: 'prepayment',
      creditUnit: 'money',
      balance: 'keep',
      microMinorPerKwh: '250000000',
      ...asked(),
    },
    {
      kind: 'setPaymentMode',
      handedOverEnergyWh: energyWh(0),
      handedOverMicroMinor: 0n,
      owedEnergyWh: energyWh(0),
      owedMicroMinor: 0n,
    },
  ],
  [{ kind: 'setControlMode', controlMode: 4, ...asked() }, { kind: 'setControlMode' }],
  [
    { kind: 'setClock', ...asked() },
    { kind: 'setClock', errorMs: -1_500 },
  ],
];

for (const [body, result] of everyKind) {
  test(`${body.kind}: acted on, answer lost; it goes again as it was and ends once`, async () => {
    const commandId = await sent(body);
    await sweep();
    h.clock.nowMs += 3 * minuteMs;
    await sweep();
    const commands = onTheWire().flatMap((m) => (m.kind === 'command' ? [m] : []));
    const ids = commands.map((m) => m.commandId);
    assert.deepEqual(ids, Array(2).fill(idFromUuid('command', commandId)));
    const [first, again] = commands.map(({ action }) =>
      action.kind === 'setClock' ? action.kind : action,
    );
    assert.deepEqual(again, first, 'what is asked does not change between tries');
    await answer(commandId, result);
    await answer(commandId, result);
    h.clock.nowMs += 90 * minuteMs;
    await sweep();
    assert.deepEqual(
      (await stages(commandId)).filter((stage) => stage === 'done'),
      ['done'],
    );
    assert.equal(onTheWire().filter((m) => m.kind === 'command').length, 2, 'never sent again');
  });
}

test('the same request is the same command, with other content it is refused', async () => {
  const body = { kind: 'setPowerLimit', limitW: 3_000, ...asked() } as const;
  const first = await sent(body);
  assert.equal(await sent(body), first);
  assert.deepEqual(await send({ ...body, limitW: 4_000 }), { ok: false, error: 'requestIdReused' });
  const rules = { kind: 'setProtection', ...asked() } as const;
  assert.equal(await sent(rules), await sent(rules));
});

test('a viewer asks for nothing, an operator not for settings of credit', async () => {
  const viewer = { name: 'Vic', role: 'viewer' as const };
  const operator = { name: 'Olu', role: 'operator' as const };
  const refused = { ok: false, error: 'notAllowed' };
  assert.deepEqual(await send({ kind: 'switchClose', ...asked() }, { by: viewer }), refused);
  assert.deepEqual(await send({ kind: 'setTariff', ...asked() }, { by: operator }), refused);
  assert.ok((await send({ kind: 'switchClose', ...asked() }, { by: operator })).ok);
});

test('a cut that a rule forbids is refused with the time from which it works', async () => {
  // 20:00 on a Tuesday in Johannesburg.
  h.clock.nowMs = Date.UTC(2027, 0, 5, 18);
  const friendlyHours = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '08:00' }];
  const text = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.sending.protectedText(tx, {
      ...{ place: home, zone: testUtility.zone },
      protection: expectOk(checkProtectionRules({ ...noRules, friendlyHours }), 'rules'),
    }),
  );
  assert.match(text, /^A protection rule forbids a cut until Wed,? 6 Jan, 08:00\. Ask again then,/);
});

test('law 7: no remote cut while a rule forbids it; but for danger, on record', async () => {
  const open = (cause: 'operator' | 'safety') =>
    send({ kind: 'switchOpen', cause, ...asked() }, { rules: always });
  assert.deepEqual(await open('operator'), { ok: false, error: 'protected' });
  const { commandId } = expectOk(await open('safety'), 'command');
  const row = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('commands')
      .select(['requested_by', 'reason'])
      .where('id', '=', commandId)
      .executeTakeFirst(),
  );
  assert.deepEqual(row, { requested_by: 'Ada', reason: 'A test asks for it' });
});

test('a command that was never sent is taken back at once and never sent', async () => {
  const commandId = await sent({ kind: 'setClock', ...asked() });
  assert.deepEqual(await cancel(commandId), { ok: true, value: undefined });
  await sweep();
  assert.deepEqual([await stages(commandId), onTheWire()], [['queued', 'cancelled'], []]);
  assert.deepEqual(await cancel(commandId), { ok: true, value: undefined }, 'the same word again');
  const late = await cancel(commandId, 'Another reason');
  assert.deepEqual(late, { ok: false, error: 'commandEnded' });
});

test('one that may have arrived is taken back by the meter, asked until it answers', async () => {
  const commandId = await sent({ kind: 'setPowerLimit', limitW: null, ...asked() });
  await sweep();
  assert.ok((await cancel(commandId)).ok);
  await sweep();
  h.clock.nowMs += 30 * minuteMs;
  await sweep();
  assert.equal(onTheWire().filter((m) => m.kind === 'cancel').length, 2);
  await answer(commandId, { kind: 'refused', reason: 'cancelled' });
  assert.equal(await stageNow(commandId), 'cancelled');
});

test('a meter that acted before it was asked to stop says so', async () => {
  const commandId = await sent({ kind: 'switchClose', ...asked() });
  await sweep();
  assert.ok((await cancel(commandId)).ok);
  await answer(commandId, { kind: 'switchClose', loadSwitch: 'connected' });
  assert.equal(await stageNow(commandId), 'done');
});

test('a newer word about the switch replaces the older one', async () => {
  const off = await sent({ kind: 'switchOpen', cause: 'operator', ...asked() });
  const on = await sent({ kind: 'switchClose', ...asked() });
  await sweep();
  assert.deepEqual(await stages(off), ['queued', 'superseded']);
  assert.equal(await stageNow(on), 'awaitingResult');
});

const issued = () =>
  onTheWire().flatMap((m) => (m.kind === 'command' ? [[m.commandId, m.issuedAtMs] as const] : []));

test('one that may have arrived makes room when the meter has said so', async () => {
  const older = await sent({ kind: 'setPowerLimit', limitW: 1_000, ...asked() });
  const clock = await sent({ kind: 'setClock', ...asked() });
  await sweep();
  const newer = await sent({ kind: 'setPowerLimit', limitW: 2_000, ...asked() });
  await sweep();
  assert.equal(await stageNow(older), 'cancelling');
  assert.ok(onTheWire().some((m) => m.kind === 'cancel'));
  assert.equal(await stageNow(clock), 'awaitingResult', 'it speaks of something else');
  await answer(older, { kind: 'refused', reason: 'cancelled' });
  assert.deepEqual((await stages(older)).slice(-2), ['cancelling', 'superseded']);
  await answer(newer, { kind: 'setPowerLimit' });
  assert.equal(await stageNow(newer), 'done');
  const at = new Map(issued());
  const [first, second] = [older, newer].map((id) => at.get(idFromUuid('command', id)) ?? 0);
  assert.ok(first !== undefined && second !== undefined && first < second, 'also at one instant');
});

test('a meter that had acted before says so, and one that refuses a late word is believed', async () => {
  const older = await sent({ kind: 'switchClose', ...asked() });
  await sweep();
  const newer = await sent({ kind: 'switchArm', ...asked() });
  await answer(older, { kind: 'switchClose', loadSwitch: 'connected' });
  assert.equal(await stageNow(older), 'done');
  await answer(newer, { kind: 'refused', reason: 'superseded' });
  assert.equal(await stageNow(newer), 'superseded');
});

test('a change of mode is not taken back by a newer one: its answer is waited for', async () => {
  const mode = (requestId: string): CommandBody => ({
    ...{ kind: 'setPaymentMode', paymentMode: 'prepayment', creditUnit: 'energy' },
    ...{ balance: 'keep', requestId, reason: 'A test asks for it' },
  });
  const first = await sent(mode(newTestUuid()));
  await sweep();
  await sent(mode(newTestUuid()));
  await sweep();
  assert.equal(await stageNow(first), 'awaitingResult');
  const instants = issued().map(([, at]) => at ?? 0);
  assert.ok(instants.length === 2 && (instants[0] ?? 0) < (instants[1] ?? 0));
});

test('two askers at once leave one command about the supply', async () => {
  const ids = await Promise.all([
    sent({ kind: 'switchOpen', cause: 'operator', ...asked() }),
    sent({ kind: 'switchClose', ...asked() }),
    sent({ kind: 'switchArm', ...asked() }),
  ]);
  await sweep();
  const last = await Promise.all(ids.map(stageNow));
  assert.deepEqual(last.toSorted(), ['awaitingResult', 'superseded', 'superseded']);
});

test('what is urgent goes first', async () => {
  await sent({ kind: 'setProtection', ...asked() });
  await sent({ kind: 'readNow' });
  await sent({ kind: 'switchClose', ...asked() });
  await sweep();
  const kinds = onTheWire().flatMap((m) => (m.kind === 'command' ? [m.action.kind] : []));
  assert.equal(kinds[0], 'switchClose');
  assert.equal(kinds.length, 3);
});

test('a flood of what can wait holds up nothing that is urgent, and goes out together', async () => {
  const queue = (place: typeof home, priority: number) =>
    h.database.inUtility(h.utilityId, async (tx) => {
      const { commandId } = await h.services.commands.enqueue(tx, {
        ...{ place, kind: 'readNow', priority, requestId: newTestUuid() },
        expiresAtMs: h.clock.nowMs + minuteMs,
      });
      return { utilityId: h.utilityId, bucket: place.bucket, commandId, priority };
    });
  const flood = [];
  for (let nth = 0; nth < 120; nth += 1) flood.push(await queue(home, 7));
  const urgent = await queue(home, 1);
  let free = (): void => undefined;
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  const batches: number[] = [];
  const outbox = createCommandOutbox({
    // The flood is at work for as long as what is urgent has not gone.
    dispatch: async (utilityId, refs) => {
      const isUrgent = refs.some(({ commandId }) => commandId === urgent.commandId);
      if (!isUrgent) await freed;
      batches.push(refs.length);
      await h.services.commands.dispatch(utilityId, refs);
      if (isUrgent) free();
    },
    log: { warn: (error: unknown) => assert.fail(JSON.stringify(error)) },
  });
  for (const notice of [...flood, urgent]) outbox.push(notice);
  await outbox.idle();
  assert.deepEqual(batches, [1, 50, 50, 20]);
  const ids = onTheWire().flatMap((m) => (m.kind === 'command' ? [m.commandId] : []));
  assert.equal(ids.length, 121);
  assert.equal(ids[0], idFromUuid('command', urgent.commandId));
});

test('waits between tries grow, and a meter that is back gets its commands at once', async () => {
  const commandId = await sent({ kind: 'setClock', ...asked() });
  const tries = () => onTheWire().filter((m) => m.kind === 'command').length;
  await sweep();
  const gaps: number[] = [];
  for (let minutes = 0, seen = tries(); minutes < 40; minutes += 1) {
    h.clock.nowMs += minuteMs;
    await sweep();
    if (tries() > seen) gaps.push(minutes);
    seen = tries();
  }
  const between = gaps.map((minute, i) => minute - (gaps[i - 1] ?? 0));
  assert.deepEqual(
    between,
    [...between].sort((a, b) => a - b),
  );
  const before = tries();
  h.services.links.changed(home.meterPan, 'online');
  await h.services.links.settled();
  assert.equal(tries(), before + 1);
  assert.equal(await stageNow(commandId), 'awaitingResult');
});

test('an expiry is said when it comes, not when the command would have gone again', async () => {
  const enqueue = (expiresInMs: number) =>
    h.database.inUtility(h.utilityId, (tx) =>
      h.services.commands.enqueue(tx, {
        place: home,
        kind: 'readNow',
        requestId: newTestUuid(),
        expiresAtMs: h.clock.nowMs + expiresInMs,
      }),
    );
  const { commandId: short } = await enqueue(90_000);
  const { commandId: taken } = await enqueue(90_000);
  await sweep();
  assert.equal(await stageNow(short), 'awaitingResult');
  h.clock.nowMs += 80_000;
  await sweep();
  await cancel(taken);
  await sweep();
  assert.deepEqual(
    [await stageNow(short), await stageNow(taken)],
    ['awaitingResult', 'cancelling'],
  );
  const before = onTheWire().length;
  h.clock.nowMs += 11_000;
  await sweep();
  assert.equal(await stageNow(short), 'expired');
  assert.equal(onTheWire().length, before, 'nothing that has expired is sent');
  // One that is being taken back ends too, and what the meter says of either still counts.
  h.clock.nowMs += 10 * minuteMs;
  await sweep();
  assert.equal(await stageNow(taken), 'expired');
  await answer(short, { kind: 'readNow' });
  await answer(taken, { kind: 'refused', reason: 'cancelled' });
  assert.deepEqual([await stageNow(short), await stageNow(taken)], ['done', 'cancelled']);
  assert.deepEqual(await stages(short), ['queued', 'sent', 'awaitingResult', 'expired', 'done']);
});

test('one that cannot be made into a message holds up no other of the same sweep', async () => {
  const broken = await sent({ kind: 'setPowerLimit', limitW: 1_000, ...asked() });
  const good = await sent({ kind: 'setClock', ...asked() });
  const write = (action: object) =>
    sql`UPDATE prewatt.commands SET action = ${JSON.stringify(action)}::jsonb
      WHERE id = ${broken}::uuid`.execute(h.owner.directories);
  await write({ kind: 'setPowerLimit', limitW: 'none' });
  await assert.rejects(sweep());
  assert.deepEqual(await stages(broken), ['queued']);
  assert.deepEqual(await stages(good), ['queued', 'sent', 'awaitingResult']);
  await write({ kind: 'setPowerLimit', limitW: 1_000 });
  await sweep();
  assert.deepEqual(await stages(broken), ['queued', 'sent', 'awaitingResult']);
});
