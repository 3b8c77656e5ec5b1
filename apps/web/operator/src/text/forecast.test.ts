// How long credit lasts, in words.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionDetail, MeterRow } from '@prewatt/api';
import { lastsUntil } from './forecast.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const forecast = {
  earliestAt: '2026-11-24T18:00:00Z',
  expectedAt: '2026-11-25T06:30:00Z',
  latestAt: '2026-11-26T01:00:00Z',
};

function detail(
  row: Partial<MeterRow>,
  foreseen: ConnectionDetail['forecast'] = forecast,
): Pick<ConnectionDetail, 'state' | 'forecast'> {
  const state: MeterRow = {
    connectionId: 'connection_1',
    meterPan: '600727000000000009',
    connectionName: 'Flat 01',
    customerName: null,
    availableEnergyWh: '5000',
    powerW: '200',
    usedTodayWh: '1000',
    loadSwitch: 'connected',
    creditStatus: 'inCredit',
    lastContactAt: null,
    silent: false,
    ...row,
  };
  return { state, forecast: foreseen };
}

describe('how long credit lasts', () => {
  it('is the expected time with its range', () => {
    assert.deepEqual(lastsUntil(detail({}), nowMs, 'UTC'), {
      text: 'Wed, 06:30',
      note: 'Tue, 18:00 – Thu, 01:00',
    });
  });
  it('is over when credit is out, whatever was foreseen', () => {
    const usedUp = { text: 'Used up' };
    const out = { availableEnergyWh: '0', creditStatus: 'outOfCredit', loadSwitch: 'disconnected' };
    assert.deepEqual(lastsUntil(detail(out as Partial<MeterRow>), nowMs, 'UTC'), usedUp);
    assert.deepEqual(lastsUntil(detail({ availableEnergyWh: '-120' }), nowMs, 'UTC'), usedUp);
    assert.deepEqual(
      lastsUntil(detail({ creditStatus: 'outOfCredit' }, null), nowMs, 'UTC'),
      usedUp,
    );
  });
  it('is not told while supply is off with credit left', () => {
    const off = lastsUntil(detail({ loadSwitch: 'readyForReconnection' }), nowMs, 'UTC');
    assert.deepEqual(off, { text: '–', note: 'Nothing is used while supply is off' });
  });
  it('never names a time that has passed', () => {
    const lateMs = Date.parse('2026-11-24T20:00:00Z');
    assert.equal(lastsUntil(detail({}), lateMs, 'UTC').note, 'now – Thu, 01:00');
    const afterMs = Date.parse('2026-11-25T07:00:00Z');
    assert.deepEqual(lastsUntil(detail({}), afterMs, 'UTC'), { text: 'May run out at any moment' });
  });
  it('is open where there is too little use to tell', () => {
    assert.deepEqual(lastsUntil(detail({}, null), nowMs, 'UTC'), {
      text: '–',
      note: 'Not enough use to tell',
    });
  });
});
