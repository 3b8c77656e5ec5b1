// How long credit lasts, in words.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionDetail, MeterRow } from '@prewatt/api';
import { lastsUntil } from './forecast.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const at = { nowMs, zone: 'UTC', currency: { code: 'ZAR', scale: 2 } };
const forecast = {
  earliestAt: '2026-11-24T18:00:00Z',
  expectedAt: '2026-11-25T06:30:00Z',
  atPresentUse: null,
  latestAt: '2026-11-26T01:00:00Z',
};

function detail(
  row: Partial<MeterRow>,
  foreseen: ConnectionDetail['forecast'] = forecast,
  promise: ConnectionDetail['promise'] = null,
): Pick<ConnectionDetail, 'state' | 'forecast' | 'promise'> {
  const state: MeterRow = {
    connectionId: 'connection_1',
    meterPan: '600727000000000009',
    connectionName: 'Flat 01',
    customerName: null,
    creditMode: 'energy',
    balanceMinor: null,
    availableEnergyWh: '5000',
    powerW: '200',
    usedTodayWh: '1000',
    usedTodaySince: null,
    usedTodayEstimated: false,
    loadSwitch: 'connected',
    switchUnknownSince: null,
    creditStatus: 'inCredit',
    creditEndsAt: null,
    creditEndsAtPresentUse: null,
    lastContactAt: null,
    silent: false,
    firmware: null,
    ...row,
  };
  return { state, forecast: foreseen, promise };
}

describe('how long credit lasts', () => {
  it('is the expected time with its range', () => {
    assert.deepEqual(lastsUntil(detail({}), at), {
      text: 'Wed, 06:30',
      note: 'Tue, 18:00 – Thu, 01:00',
    });
  });
  it('of money is over when the money is, whatever energy the meter speaks of', () => {
    const wallet = { creditMode: 'wallet', availableEnergyWh: null } as const;
    assert.equal(lastsUntil(detail({ ...wallet, balanceMinor: '4210' }), at).text, 'Wed, 06:30');
    assert.equal(lastsUntil(detail({ ...wallet, balanceMinor: '-1' }), at).text, 'Used up');
    const money = { creditMode: 'money', availableEnergyWh: '0', balanceMinor: '300' } as const;
    assert.equal(lastsUntil(detail(money), at).text, 'Wed, 06:30');
  });
  it('is over when credit is out, whatever was foreseen', () => {
    const usedUp = { text: 'Used up' };
    const out = { availableEnergyWh: '0', creditStatus: 'outOfCredit', loadSwitch: 'disconnected' };
    assert.deepEqual(lastsUntil(detail(out as Partial<MeterRow>), at), usedUp);
    assert.deepEqual(lastsUntil(detail({ availableEnergyWh: '-120' }), at), usedUp);
    assert.deepEqual(lastsUntil(detail({ creditStatus: 'outOfCredit' }, null), at), usedUp);
  });
  it('is not told while supply is off with credit left', () => {
    const off = lastsUntil(detail({ loadSwitch: 'readyForReconnection' }), at);
    assert.deepEqual(off, { text: '–', note: 'Nothing is used while supply is off' });
  });
  it('never names a time that has passed', () => {
    const lateMs = Date.parse('2026-11-24T20:00:00Z');
    assert.equal(lastsUntil(detail({}), { ...at, nowMs: lateMs }).note, 'now – Thu, 01:00');
    const afterMs = Date.parse('2026-11-25T07:00:00Z');
    assert.deepEqual(lastsUntil(detail({}), { ...at, nowMs: afterMs }), {
      text: 'May run out at any moment',
    });
  });
  it('says what present use would do before the usual end', () => {
    const surge = { ...forecast, atPresentUse: '2026-11-24T14:08:00Z' };
    const said = lastsUntil(detail({}, surge), at);
    assert.equal(said.text, 'At present use Tue, 14:08');
    assert.match(said.note ?? '', /^As usual Wed, 06:30, /);
  });
  it('is open where there is too little use to tell', () => {
    assert.deepEqual(lastsUntil(detail({}, null), at), {
      text: '–',
      note: 'Not enough use to tell',
    });
  });
  it('names what is promised after the end, in energy or in money', () => {
    const until = '2026-11-25T11:00:00Z';
    const usual = { atPresentUse: null };
    const ahead = {
      startsAt: forecast.expectedAt,
      until,
      owedEnergyWh: '3100',
      owedMinor: null,
      ...usual,
    };
    const soonOut = lastsUntil(detail({}, forecast, ahead), at);
    assert.match(soonOut.note ?? '', /\. Then on until Wed, 11:00, about 3\.1 kWh owed by then$/);
    const now = { startsAt: null, until, owedEnergyWh: null, owedMinor: '310', ...usual };
    const out = lastsUntil(detail({ creditStatus: 'outOfCredit' }, null, now), at);
    assert.equal(out.note, 'On until Wed, 11:00, about ZAR 3.10 owed by then');
    const much = { ...now, atPresentUse: { owedEnergyWh: null, owedMinor: '8185' } };
    const surge = lastsUntil(detail({ creditStatus: 'outOfCredit' }, null, much), at);
    assert.match(surge.note ?? '', /about ZAR 3\.10 owed by then \(ZAR 81\.85 at present use\)$/);
    const never = { startsAt: null, until: null, owedEnergyWh: null, owedMinor: null, ...usual };
    assert.deepEqual(lastsUntil(detail({ creditStatus: 'outOfCredit' }, null, never), at), {
      text: 'Used up',
    });
  });
});
