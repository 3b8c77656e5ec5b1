// Modbus by `modbus-serial`, on the line that the bus gives: the library makes requests and reads
// answers, the bus has turns, silence, repeats and time. It never opens a port of its own, so
// devices of Modbus and of other protocols share a line.

import { EventEmitter } from 'node:events';
import {
  type BusFault,
  type ModbusFault,
  type ModbusMaster,
  modbusReceiver,
  modbusTcpReceiver,
  type Talk,
  toModbusTcp,
} from '@prewatt/fieldbus';
import { err, ok, type Result } from '@prewatt/quantities';
import modbusSerial from 'modbus-serial';

const usualAnswerMs = 500;

type Client = InstanceType<typeof modbusSerial.default>;

export type ModbusFraming = 'bytes' | 'modbusTcp';

/** A master on one talk; `tries` absent: as the bus is set. */
export function createModbus(
  talk: Talk,
  {
    framing,
    tries,
    answerMs = usualAnswerMs,
  }: {
    readonly framing: ModbusFraming;
    readonly tries?: number;
    readonly answerMs?: number;
  },
): ModbusMaster {
  let transaction = 0;
  const exchange = (frame: Uint8Array) => {
    transaction = (transaction + 1) & 0xffff;
    const now = transaction;
    const isTcp = framing === 'modbusTcp';
    return talk.exchange({
      send: isTcp ? toModbusTcp(frame, now) : frame,
      receiver: () => (isTcp ? modbusTcpReceiver(now) : modbusReceiver(frame)),
      timeoutMs: answerMs,
      ...(tries === undefined ? {} : { tries }),
    });
  };
  const ask = createAsking(exchange);
  return {
    readRegisters: async ({ unit, function: called, at, count }) => {
      const answer = await ask(unit, (client) =>
        called === 3
          ? client.readHoldingRegisters(at, count)
          : client.readInputRegisters(at, count),
      );
      return answer.ok ? ok(new Uint8Array(answer.value.buffer)) : answer;
    },
    writeCoil: async ({ unit, at, on }) => {
      const answer = await ask(unit, (client) => client.writeCoil(at, on));
      if (!answer.ok) return answer;
      // The answer says again what was asked: another coil or state is the late answer of another
      // request, or a device that did something else.
      const { address, state } = answer.value;
      return address === at && state === on ? ok(undefined) : err('badAnswer');
    },
    readCoil: async ({ unit, at }) => {
      const answer = await ask(unit, (client) => client.readCoils(at, 1));
      return answer.ok ? ok(answer.value.data[0] === true) : answer;
    },
  };
}

/** One request at a time: a talk belongs to one task. */
function createAsking(exchange: (frame: Uint8Array) => Promise<Result<Uint8Array, BusFault>>) {
  let failed: (fault: BusFault) => void = () => undefined;
  const port = Object.assign(new EventEmitter(), {
    isOpen: true,
    open: (done: () => void) => done(),
    close: (done: () => void) => done(),
    write: (frame: Uint8Array) => {
      void exchange(new Uint8Array(frame)).then((answer) =>
        answer.ok ? port.emit('data', Buffer.from(answer.value)) : failed(answer.error),
      );
    },
  });
  const client = new modbusSerial.default(port);
  client.open();
  return async <T>(
    unit: number,
    run: (client: Client) => Promise<T>,
  ): Promise<Result<T, ModbusFault>> => {
    client.setID(unit);
    // The library waits without an end of its own: the bus says when nothing came.
    const fault = new Promise<Result<T, ModbusFault>>((resolve) => {
      failed = (why) => resolve(err(why));
    });
    const answer = run(client).then(
      (value): Result<T, ModbusFault> => ok(value),
      (error: { readonly modbusCode?: number }): Result<T, ModbusFault> =>
        err(error.modbusCode === undefined ? 'badAnswer' : 'refusedByDevice'),
    );
    return await Promise.race([answer, fault]);
  };
}
