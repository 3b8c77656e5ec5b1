// An association over a line that loses, doubles and damages: what must hold whatever happens on
// it.

import assert from 'node:assert/strict';
import { createRandom } from '@prewatt/quantities/fuzzing';
import {
  attributeOf,
  dataClass,
  methodOf,
  profileClass,
  tokenGatewayClass,
} from '../src/classes/index.ts';
import { octetString } from '../src/index.ts';
import {
  badPipe,
  type ClientSetup,
  clientOf,
  connectLine,
  names,
  profileRows,
  serverOf,
  testMeter,
} from './fixtures.ts';

const setups: readonly ClientSetup[] = [
  { sap: 17, mechanism: 'low', transport: 'hdlc', maxPduSize: 300 },
  { sap: 1, mechanism: 'gmac', protection: 'authenticatedEncrypted', transport: 'hdlc' },
];

/**
 * Opens, reads the profile, writes, enters a token and reads again over HDLC, which repairs what
 * the line does: all comes through, once each.
 */
export function badAssociation(seed: number, oneIn: number): void {
  const random = createRandom(seed);
  const setup = setups[seed % setups.length];
  if (setup === undefined) throw new Error('no setup');
  const meter = testMeter({ maxPduSize: 200 });
  const line = connectLine(
    clientOf(setup, random),
    serverOf(meter, 'hdlc', random),
    badPipe(random, oneIn),
  );
  const said = (kind: string) => line.events.filter((event) => event.kind === kind).length;
  const told = () => `seed ${seed}: ${JSON.stringify(line.events.slice(-3))}`;
  line.run(line.client.open());
  assert.equal(said('opened'), 1, told());
  const buffer = { ...attributeOf(profileClass, names.profile, 'buffer'), selection: null };
  const note = { ...attributeOf(dataClass, names.note, 'value'), selection: null };
  const value = octetString(random.bytes(500));
  line.run(line.client.request({ kind: 'get', attribute: buffer }));
  line.run(line.client.request({ kind: 'set', attribute: note, value }));
  const enter = methodOf(tokenGatewayClass, names.gateway, 'enter');
  line.run(line.client.request({ kind: 'action', method: enter, parameters: value }));
  line.run(line.client.request({ kind: 'get', attribute: note }));
  assert.equal(said('answer'), 4, told());
  assert.deepEqual(meter.told.note, value);
  assert.equal(meter.told.entered.length, 1, 'a doubled frame must do nothing twice');
  const answers = line.events.flatMap((event) => (event.kind === 'answer' ? [event.answer] : []));
  const [profile, , , again] = answers;
  const rows = profile?.kind === 'read' && profile.results[0]?.ok ? profile.results[0].value : null;
  assert.equal(rows !== null && 'items' in rows && rows.items.length, profileRows);
  assert.deepEqual(again, { kind: 'read', results: [{ ok: true, value }] });
  line.run(line.client.release());
}
