// The panel is the first thing a newcomer reads: it must fit a terminal and show every sign-in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPanel } from './panel.ts';

test('the panel fits 80 columns and names every address and sign-in', () => {
  const facts = {
    customerPhone: '+27 82 555 0101',
    operatorEmail: 'operator@demo.example',
    operatorPassword: 'correct-horse-42',
    secondOperatorEmail: 'manager@ridgeview.example',
    thirdOperatorEmail: 'council@ridgeview.example',
    demoMeterPan: '600727012345678903',
  };
  const ports = {
    server: 17070,
    meter: 17071,
    sandbox: 17072,
    mqtt: 17073,
    lwm2m: 17074,
    witnesses: [17075, 17076] as const,
  };
  const text = renderPanel({ facts, ports, dataDir: '/tmp/data', speed: 60, readyMs: 4321 });
  for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  for (const fact of Object.values(facts)) assert.ok(text.includes(fact), fact);
  for (const where of ['17070/', '17070/operator/', '17071/', '17072/phone', '/tmp/data']) {
    assert.ok(text.includes(where), where);
  }
  assert.match(text, /ready \(4\.3 s\)/);
  const open = { ...ports, dlms: 17170 };
  const byDlms = renderPanel({ facts, ports: open, dataDir: '/d', speed: 60, readyMs: 1 });
  assert.match(
    byDlms,
    /Demo meter .*\n {4}by DLMS {9}127\.0\.0\.1 port 17170 +keys: in Data, meters\/\n/,
  );
  for (const line of byDlms.split('\n')) assert.ok(line.length <= 80, line);
  const { thirdOperatorEmail: _, ...older } = facts;
  const before = renderPanel({ facts: older, ports, dataDir: '/d', speed: 60, readyMs: 1 });
  assert.doesNotMatch(before, /third person|undefined/);
});
