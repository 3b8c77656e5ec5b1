// Runs a list of inputs and gathers what came out, for scenarios written as input and output
// cycles.

import type { UpMessage } from '@prewatt/protocol';
import { type MeterInput, type MeterState, type StoredEvent, step } from '../src/index.ts';

export type Run = {
  state: MeterState;
  messages: UpMessage[];
  events: StoredEvent[];
  codes: string[];
  flowedMilliWh: number;
};

export function run(start: MeterState, inputs: readonly MeterInput[]): Run {
  const result: Run = { state: start, messages: [], events: [], codes: [], flowedMilliWh: 0 };
  for (const input of inputs) {
    const { state, outputs } = step(result.state, input);
    result.state = state;
    result.messages.push(...outputs.messages);
    result.events.push(...outputs.events);
    result.codes.push(...outputs.events.map((event) => event.code));
    result.flowedMilliWh += outputs.flowedMilliWh;
  }
  return result;
}
