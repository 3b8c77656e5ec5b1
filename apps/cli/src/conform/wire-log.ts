// What went over the wire, both ways, as the report shows it. A step's share is taken when the step
// is over; what is longer than anybody reads is cut short.

import type { WireRecord } from '@prewatt/conform';

export type WireLog = {
  readonly add: (way: WireRecord['way'], bytes: Uint8Array, text?: string | null) => void;
  readonly take: () => readonly WireRecord[];
};

const mostRecords = 40;
const mostBytes = 400;
const mostText = 600;

export function createWireLog(nowMs: () => number): WireLog {
  const startMs = nowMs();
  let records: WireRecord[] = [];
  let left = 0;
  return {
    add: (way, bytes, text = null) => {
      if (records.length >= mostRecords) {
        left += 1;
        return;
      }
      const hex = bytes.subarray(0, mostBytes).toHex();
      const more = bytes.length > mostBytes ? `… ${bytes.length} bytes` : '';
      const short = text !== null && text.length > mostText ? `${text.slice(0, mostText)}…` : text;
      records.push({ way, afterMs: nowMs() - startMs, hex: `${hex}${more}`, text: short });
    },
    take: () => {
      const taken = records;
      const last = taken.at(-1);
      if (left > 0 && last !== undefined) {
        taken[taken.length - 1] = { ...last, hex: `${last.hex} … and ${left} more` };
      }
      records = [];
      left = 0;
      return taken;
    },
  };
}
