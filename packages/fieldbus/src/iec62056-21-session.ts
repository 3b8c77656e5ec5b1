// A reader's side of IEC 62056-21: the readout with its change of speed, and the session
// of meters that answer registers one by one (programming mode, as older YTL meters do).

import { err, ok, type Result } from '@prewatt/quantities';
import {
  acknowledgeMessage,
  ackReceiver,
  type Block,
  blockReceiver,
  type DataSet,
  encodeBlock,
  type Identification,
  lineReceiver,
  parseDataSets,
  parseIdentification,
  requestMessage,
  speeds,
  speedsOfModeB,
} from './iec62056-21.ts';
import type { BusFault, LineSettings, Talk } from './line.ts';

export type IecFault = BusFault | 'syntax' | 'refused';

const answerMs = 1500;
/** A readout at 300 baud takes minutes; at the usual 9600 it is over within seconds. */
const readoutMs = 60_000;

type Asked = {
  readonly address: string;
  /** The line of the first words. */
  readonly line: LineSettings;
};

/** All that the meter shows, by one readout. */
export async function readIecReadout(
  talk: Talk,
  asked: Asked,
): Promise<Result<readonly DataSet[], IecFault>> {
  const named = await identify(talk, asked);
  if (!named.ok) return named;
  const { speed } = named.value;
  const baud = speeds[speed];
  if (baud !== undefined) {
    const sent = await talk.tell(acknowledgeMessage(speed, '0'));
    if (!sent.ok) return sent;
  }
  // In modes A and B the data follow without being asked for, and a word of ours would meet them.
  const set = await talk.setLine({
    ...asked.line,
    baud: baud ?? speedsOfModeB[speed] ?? asked.line.baud,
  });
  if (!set.ok) return set;
  const block = await talk.exchange({
    ...{ send: new Uint8Array(), timeoutMs: readoutMs, tries: 1, receiver: blockReceiver },
  });
  return block.ok ? parseDataSets(block.value.text) : block;
}

/**
 * Values of registers by their addresses. `password`: what P1 sends, in its parentheses; the meter
 * refuses all else when it is wrong.
 */
export async function readIecRegisters(
  talk: Talk,
  asked: Asked & { readonly password: string; readonly registers: readonly string[] },
): Promise<Result<ReadonlyMap<string, string>, IecFault>> {
  const named = await identify(talk, asked);
  if (!named.ok) return named;
  const began = await beginProgramming(talk, asked.line, named.value.speed);
  if (!began.ok) return began;
  const letIn = await talk.exchange({
    send: encodeBlock({ command: 'P1', text: `(${asked.password})` }),
    ...{ timeoutMs: answerMs, tries: 1, receiver: ackReceiver },
  });
  if (!letIn.ok) {
    await talk.tell(goodbye);
    return letIn.error === 'garbled' ? err('refused') : letIn;
  }
  const values = new Map<string, string>();
  for (const register of asked.registers) {
    const answer = await ask(talk, encodeBlock({ command: 'R1', text: `${register}()` }));
    const value = answer.ok ? answeredValue(answer.value, register) : answer;
    if (!value.ok) {
      await talk.tell(goodbye);
      return value;
    }
    values.set(register, value.value);
  }
  const left = await talk.tell(goodbye);
  return left.ok ? ok(values) : left;
}

const goodbye = encodeBlock({ command: 'B0', text: '' });

/** The meter answers with P0 at the speed that it has named; makers' own characters name none. */
async function beginProgramming(
  talk: Talk,
  line: LineSettings,
  speed: string,
): Promise<Result<Block, BusFault>> {
  const baud = speeds[speed];
  if (baud === undefined || baud === line.baud) return ask(talk, acknowledgeMessage(speed, '1'));
  const sent = await talk.tell(acknowledgeMessage(speed, '1'));
  const set = sent.ok ? await talk.setLine({ ...line, baud }) : sent;
  return set.ok ? ask(talk, new Uint8Array()) : set;
}

/** The first call only wakes many meters, so the call is repeated. */
async function identify(
  talk: Talk,
  { address, line }: Asked,
): Promise<Result<Identification, IecFault>> {
  const set = await talk.setLine(line);
  if (!set.ok) return set;
  const answer = await talk.exchange({
    send: requestMessage(address),
    ...{ timeoutMs: answerMs, tries: 2, receiver: () => lineReceiver('/') },
  });
  if (!answer.ok) return answer;
  const identification = parseIdentification(answer.value);
  return identification === null ? err('syntax') : ok(identification);
}

const ask = (talk: Talk, send: Uint8Array): Promise<Result<Block, BusFault>> =>
  talk.exchange({ send, timeoutMs: answerMs, tries: 1, receiver: blockReceiver });

/**
 * The register itself is named in the answer, or left out; `ERR1`, `ER01` and the like are a
 * refusal.
 */
function answeredValue(block: Block, register: string): Result<string, IecFault> {
  const sets = parseDataSets(block.text);
  if (!sets.ok) return sets;
  const [set] = sets.value;
  const value = set?.values[0]?.value;
  if (set === undefined || value === undefined) return err('syntax');
  if (/^ER/.test(value) || /^ER/.test(set.address)) return err('refused');
  return set.address === register || set.address === '' ? ok(value) : err('syntax');
}
