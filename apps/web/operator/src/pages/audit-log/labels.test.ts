// Entries of the audit log as text: no identifier stands where a name is known, and amounts are
// amounts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditActions, auditActionsOfTopic, auditTopics } from '@prewatt/api';
import { detailText, subjectText } from './labels.ts';

const currency = { code: 'ZAR', scale: 2 };
const vendor = 'vendor_01900000-0000-7000-8000-000000000001';

test('each kind of entry is found under exactly one of the filters', () => {
  const all = auditTopics.flatMap((about) => [...auditActionsOfTopic[about]]);
  assert.deepEqual([...all].sort(), [...auditActions].sort());
});

test('what it was done to has its name, or says what it is', () => {
  const words = (subject: string, subjectName: string | null = null) =>
    subjectText({ act: 'vendorMade', subject, subjectName });
  assert.equal(words(vendor, 'Corner Shop'), 'Corner Shop');
  assert.equal(words(vendor), 'A vendor');
  assert.equal(words('nia@tower.example'), 'nia@tower.example');
  assert.equal(
    subjectText({ act: 'exported', subject: 'payments', subjectName: null }),
    'Payments',
  );
});

test('settings are said with their units', () => {
  const details = {
    name: 'Corner Shop',
    floatLimitMinor: '10000',
    energyPerHourWh: '90000',
    tokensPerHour: '9',
    commissionBasisPoints: '200',
  };
  assert.deepEqual(detailText({ act: 'vendorMade', subject: vendor, details }, currency), [
    'float limit ZAR 100.00',
    '90 kWh an hour',
    '9 tokens an hour',
    'commission 2 %',
  ]);
  const added = { name: 'Nia', role: 'viewer' };
  assert.deepEqual(
    detailText({ act: 'operatorAdded', subject: 'nia@tower.example', details: added }, currency),
    ['nia@tower.example', 'role viewer'],
  );
});
