// Our line under the Modbus library, against that library's own slave over TCP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createBus, type Talk, withCrc } from '@prewatt/fieldbus';
import modbusSerial from 'modbus-serial';
import { createModbus } from '../src/modbus.ts';
import { openPort } from '../src/ports.ts';
import { until } from './fixtures.ts';

const coils = new Map<number, boolean>();
const slave = new modbusSerial.ServerTCP(
  {
    getHoldingRegister: (at: number) => {
      // What the library answers as an exception.
      if (at > 100) throw Object.assign(new Error('no register'), { modbusErrorCode: 2 });
      return at * 3;
    },
    getInputRegister: (at: number) => at * 5,
    getCoil: (at: number) => coils.get(at) === true,
    setCoil: (at: number, value: boolean) => void coils.set(at, value),
  },
  { host: '127.0.0.1', port: 0, unitID: 7 },
);
let port = 0;
slave.on('initialized', () => {
  const address = (slave as unknown as { _server: { address: () => { port: number } } })._server;
  port = address.address().port;
});
await until('the slave listens', () => port !== 0);
const line = openPort({
  ...{ kind: 'tcp', name: 'x', host: '127.0.0.1', port, framing: 'modbusTcp', quietMs: 0 },
});
const bus = createBus({
  port: line,
  clock: {
    nowMs: Date.now,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  },
  ...{ echo: false, quietMs: 0, lateMs: 5, tries: 1 },
});
after(async () => {
  await line.close();
  await new Promise<void>((resolve) => slave.close(() => resolve()));
});
const on = <T>(run: (master: ReturnType<typeof createModbus>) => Promise<T>): Promise<T> =>
  bus.run((talk: Talk) => run(createModbus(talk, { framing: 'modbusTcp' })));

test('registers and coils are read and written', async () => {
  const holding = await on((master) =>
    master.readRegisters({ unit: 7, function: 3, at: 4, count: 2 }),
  );
  assert.deepEqual(holding, { ok: true, value: Uint8Array.of(0, 12, 0, 15) });
  const input = await on((master) =>
    master.readRegisters({ unit: 7, function: 4, at: 4, count: 1 }),
  );
  assert.deepEqual(input, { ok: true, value: Uint8Array.of(0, 20) });
  assert.ok((await on((master) => master.writeCoil({ unit: 7, at: 3, on: true }))).ok);
  assert.deepEqual(await on((master) => master.readCoil({ unit: 7, at: 3 })), {
    ...{ ok: true, value: true },
  });
});

test('a refusal of the device and silence are two things', async () => {
  const refused = await on((master) =>
    master.readRegisters({ unit: 7, function: 3, at: 400, count: 1 }),
  );
  assert.deepEqual(refused, { ok: false, error: 'refusedByDevice' });
  const silent = await on((master) =>
    master.readRegisters({ unit: 9, function: 3, at: 4, count: 1 }),
  );
  assert.deepEqual(silent, { ok: false, error: 'silent' });
});

test('a coil that answers with another coil or state was not written', async () => {
  const answers = { same: [0, 3, 0xff, 0], off: [0, 3, 0, 0], other: [0, 4, 0xff, 0] };
  const written = async (body: readonly number[]) => {
    const exchange: Talk['exchange'] = async ({ receiver }) => {
      const value = receiver().push(withCrc(Uint8Array.of(7, 5, ...body)));
      return value === null ? { ok: false, error: 'garbled' } : { ok: true, value };
    };
    const done = async () => ({ ok: true, value: undefined }) as const;
    const master = createModbus({ exchange, tell: done, setLine: done }, { framing: 'bytes' });
    return (await master.writeCoil({ unit: 7, at: 3, on: true })).ok;
  };
  assert.deepEqual(
    [await written(answers.same), await written(answers.off), await written(answers.other)],
    [true, false, false],
  );
});
