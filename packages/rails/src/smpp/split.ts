// A text as octets of short messages: GSM-7 where it fits, else UCS-2, in as many parts as it takes
// (a header of parts with an 8-bit reference). Nothing is cut inside a character.

import { gsmOctets, segmentText } from './gsm.ts';

export type ShortMessage = {
  /** With the header of parts, where there is one. */
  readonly octets: Uint8Array;
  /** 0: the centre's default, GSM-7. 8: UCS-2. */
  readonly dataCoding: 0 | 8;
  /** 0x40 when the octets begin with a header. */
  readonly esmClass: 0 | 0x40;
};

const mostParts = 255;

/** The parts of a text, in order; parts beyond 255 are cut off. `reference` is taken modulo 256. */
export function splitText(text: string, reference: number): ShortMessage[] {
  const { encoding, segments } = segmentText(text);
  const dataCoding = encoding === 'gsm7' ? 0 : 8;
  const octetsOf = encoding === 'gsm7' ? gsmOctets : utf16Octets;
  if (segments <= 1) return [{ octets: octetsOf(text), dataCoding, esmClass: 0 }];
  // 153 septets are 153 octets here: each travels in an octet of its own.
  const room = encoding === 'gsm7' ? 153 : 134;
  const parts = pieces(text, room, octetsOf).slice(0, mostParts);
  return parts.map((octets, i) => {
    const header = [5, 0, 3, reference & 0xff, parts.length, i + 1];
    return { octets: Uint8Array.from([...header, ...octets]), dataCoding, esmClass: 0x40 };
  });
}

function pieces(text: string, room: number, octetsOf: (text: string) => Uint8Array): Uint8Array[] {
  const found: number[][] = [[]];
  for (const char of text) {
    const octets = octetsOf(char);
    const last = found.at(-1) ?? [];
    if (last.length + octets.length > room) found.push([...octets]);
    else last.push(...octets);
  }
  return found.map((octets) => Uint8Array.from(octets));
}

function utf16Octets(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    octets[2 * i] = unit >> 8;
    octets[2 * i + 1] = unit & 0xff;
  }
  return octets;
}
