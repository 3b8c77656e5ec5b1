// Meters of IEC 62056-21 on a simulated bus: who is called says who it is, and then shows all that
// it has, or answers its registers one by one until the goodbye.

import { blockReceiver, dataSetText, encodeBlock, identificationText } from '@prewatt/fieldbus';

export type IecMeter = {
  readonly reading: 'readout' | 'registers';
  /** What P1 has to say; '' where registers are not asked for. */
  readonly password: string;
  /** By address, as the text between the parentheses. */
  readonly values: Map<string, string>;
};

export type IecMeters = {
  /** By its address; made when first asked for. */
  readonly meter: (address: string, as: Omit<IecMeter, 'values'>) => IecMeter;
  /** Null: not of this protocol, or nobody answers. */
  readonly answer: (sent: Uint8Array) => Uint8Array | null;
};

const acknowledged = 0x06;
const refused = Uint8Array.of(0x15);
/** What several say at once is noise. */
const collision = Uint8Array.of(0x2f, 0xff, 0x7f);
const maker = { maker: 'PWT', device: '' };
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (sign) => sign.charCodeAt(0) & 0x7f);

const goodbye = encodeBlock({ command: 'B0', text: '' });

/** What follows a goodbye: nobody answers it, so the next request may come in one piece with it. */
export const afterGoodbye = (sent: Uint8Array): Uint8Array =>
  sent.length > goodbye.length && goodbye.every((byte, at) => sent[at] === byte)
    ? sent.subarray(goodbye.length)
    : sent;

export function createIecMeters(dead: ReadonlySet<string>): IecMeters {
  const meters = new Map<string, IecMeter>();
  let called: IecMeter | null = null;
  let isLetIn = false;

  const call = (address: string): Uint8Array | null => {
    const heard = [...meters].filter(
      ([each]) => (address === '' || each === address) && !dead.has(each),
    );
    isLetIn = false;
    called = heard.length === 1 ? (heard[0]?.[1] ?? null) : null;
    if (called === null) return heard.length > 1 ? collision : null;
    // A speed that is named changes nothing on a line that has none; `:` names none, as YTL's do.
    const speed = called.reading === 'readout' ? '5' : ':';
    return bytesOf(`${identificationText({ ...maker, speed, device: address })}\r\n`);
  };
  const begin = (meter: IecMeter, mode: string): Uint8Array | null => {
    if (mode === '1') return encodeBlock({ command: 'P0', text: '(00000000)' });
    if (mode !== '0' || meter.reading !== 'readout') return null;
    const lines = [...meter.values].map(([address, value]) => lineOf(address, value));
    return encodeBlock({ command: null, text: `${lines.join('\r\n')}\r\n!\r\n` });
  };
  const obey = (meter: IecMeter, sent: Uint8Array): Uint8Array | null => {
    const block = blockReceiver().push(sent);
    if (block === null) return null;
    if (block.command === 'B0') called = null;
    if (block.command === 'P1') isLetIn = block.text === `(${meter.password})`;
    if (block.command === 'P1') return isLetIn ? Uint8Array.of(acknowledged) : refused;
    if (block.command !== 'R1') return null;
    if (!isLetIn) return refused;
    const address = block.text.slice(0, block.text.indexOf('('));
    const text = lineOf(address, meter.values.get(address) ?? 'ERR1');
    return encodeBlock({ command: null, text });
  };
  return {
    meter: (address, as) => {
      const known = meters.get(address) ?? { ...as, values: new Map<string, string>() };
      meters.set(address, known);
      return known;
    },
    answer: (sent) => {
      const said = String.fromCharCode(...sent);
      const address = /\/\?([^!]{0,32})!\r\n$/.exec(said)?.[1];
      if (address !== undefined) return call(address);
      if (called === null) return null;
      return sent[0] === acknowledged ? begin(called, said.charAt(3)) : obey(called, sent);
    },
  };
}

const lineOf = (address: string, value: string): string =>
  dataSetText({ address, values: [{ value, unit: null }] });
