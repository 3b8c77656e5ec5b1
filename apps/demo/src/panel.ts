// What the demo prints when it is ready: where to go, how to sign in, where the data is, how to
// stop.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { address } from './children.ts';
import type { DemoPorts } from './ports.ts';
import { DemoRefusal } from './refusal.ts';

/** What the seed wrote down for people, in DIR/demo.json. */
export type DemoFacts = {
  customerPhone: string;
  operatorEmail: string;
  operatorPassword: string;
  /** With the same password; what the one asks for, the other approves. */
  secondOperatorEmail: string;
  /** The same, for a vending key, which takes three people; older data folders have none. */
  thirdOperatorEmail?: string;
  /** Who installs meters; older data folders have none. */
  technicianEmail?: string;
  demoMeterPan: string;
};

/** Reads DIR/demo.json. Throws `DemoRefusal` when it is missing or damaged. */
export function readFacts(dataDir: string): DemoFacts {
  const file = join(dataDir, 'demo.json');
  try {
    const facts: DemoFacts = JSON.parse(readFileSync(file, 'utf8'));
    const signIns = [facts.operatorEmail, facts.operatorPassword, facts.secondOperatorEmail];
    if (
      [...signIns, facts.customerPhone, facts.demoMeterPan].every(
        (each) => typeof each === 'string',
      )
    )
      return facts;
  } catch {
    // Told below.
  }
  throw new DemoRefusal(
    `${file} is missing or damaged: restore it from a copy, or start anew with another --data DIR.`,
  );
}

export type PanelInput = {
  facts: DemoFacts;
  ports: DemoPorts;
  dataDir: string;
  speed: number;
  /** Time from the start of the program until everything was ready. */
  readyMs: number;
};

/** The panel as lines of at most 80 columns, but for a data folder whose path is longer. */
export function renderPanel(input: PanelInput): string {
  const { facts, ports } = input;
  const row = (what: string, where: string, how: string) =>
    `  ${what.padEnd(16)}  ${where.padEnd(31)}  ${how}`.trimEnd();
  return [
    '',
    `  Prewatt is ready (${(input.readyMs / 1000).toFixed(1)} s)`,
    '',
    row('Consumer page', `${address(ports.server)}/`, facts.customerPhone),
    row('', '', 'code: on the demo phone'),
    row('Demo phone', `${address(ports.sandbox)}/phone`, ''),
    row('Operator console', `${address(ports.server)}/operator/`, facts.operatorEmail),
    row('', '', facts.operatorPassword),
    row('', '  who approves, same password', facts.secondOperatorEmail),
    ...(facts.thirdOperatorEmail === undefined
      ? []
      : [row('', '  third person for a key', facts.thirdOperatorEmail)]),
    ...(facts.technicianEmail === undefined
      ? []
      : [row('', '  who installs meters', facts.technicianEmail)]),
    row('Demo meter', `${address(ports.meter)}/`, facts.demoMeterPan),
    ...(ports.dlms === undefined
      ? []
      : [row('  by DLMS', `127.0.0.1 port ${ports.dlms}`, 'keys: in Data, meters/')]),
    '',
    `  Data   ${input.dataDir}`,
    `  Speed  ${input.speed} demo seconds per second (--speed N)`,
    '  Stop   Ctrl-C',
    '',
  ].join('\n');
}
