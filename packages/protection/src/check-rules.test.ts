import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkProtectionRules, describeRulesError, noProtection } from './index.ts';

const friendly = { weekdays: [1], from: '16:00', to: '11:00' };
const step = (belowWh: string, powerLimitW: number) => ({ belowWh, powerLimitW });
const debt = { maximumSharePercent: 25, floorEnergyWh: '3000' };

test('the least document is a version and the debt cap: all else is off', () => {
  assert.deepEqual(checkProtectionRules({ version: 2, debt }), {
    ok: true,
    value: { ...noProtection, debt },
  });
});

test('a whole document survives JSON and the checker', () => {
  const whole = {
    version: 2,
    friendlyHours: [friendly],
    holidays: ['2026-12-25'],
    weather: { protects: ['heat', 'cold'], days: [{ date: '2026-02-02', kind: 'cold' }] },
    emergencyCreditWh: '2000',
    debt,
    graceAfterConversion: { days: 5, workingDaysOnly: true, owedLimitWh: '3000' },
    softLanding: [step('2000', 2000), step('500', 300)],
    silence: { callAfterHours: 24 },
  };
  assert.deepEqual(checkProtectionRules(JSON.parse(JSON.stringify(whole))), {
    ok: true,
    value: whole,
  });
});

test('a document of version 1 is brought up to date', () => {
  const old = {
    version: 1,
    friendlyHours: [friendly],
    holidays: [],
    emergencyCreditWh: '0',
    debt,
  };
  assert.deepEqual(checkProtectionRules(old), {
    ok: true,
    value: { ...noProtection, friendlyHours: [friendly], debt },
  });
  const mixed = checkProtectionRules({ ...old, softLanding: [] });
  assert.deepEqual(
    !mixed.ok && mixed.error.code === 'rules-format' && mixed.error.at,
    'softLanding',
  );
});

test('each fault is named by its path', () => {
  const cases: [object, string][] = [
    [{ extra: 1 }, 'extra'],
    [{ friendlyHours: [{ ...friendly, weekdays: [0] }] }, 'friendlyHours.0.weekdays'],
    [{ friendlyHours: [{ ...friendly, weekdays: [1, 1] }] }, 'friendlyHours.0.weekdays'],
    [{ friendlyHours: [{ ...friendly, from: '25:00' }] }, 'friendlyHours.0.from'],
    [{ friendlyHours: [{ ...friendly, from: '24:00' }] }, 'friendlyHours.0.from'],
    [{ friendlyHours: [{ weekdays: [1], from: '16:00' }] }, 'friendlyHours.0.to'],
    [{ friendlyHours: [{ ...friendly, until: '1' }] }, 'friendlyHours.0.until'],
    [{ friendlyHours: {} }, 'friendlyHours'],
    [{ holidays: ['2026-12-25', '2026-02-30'] }, 'holidays.1'],
    [{ emergencyCreditWh: 2000 }, 'emergencyCreditWh'],
    [{ emergencyCreditWh: '-1' }, 'emergencyCreditWh'],
    [{ debt: { ...debt, maximumSharePercent: 100 } }, 'debt.maximumSharePercent'],
    [{ debt: null }, 'debt'],
    [{ weather: { protects: ['rain'] } }, 'weather.protects.0'],
    [{ weather: { days: [{ date: '2026-02-02', kind: 'wet' }] } }, 'weather.days.0.kind'],
    [{ graceAfterConversion: {} }, 'graceAfterConversion.days'],
    [{ graceAfterConversion: { days: 91 } }, 'graceAfterConversion.days'],
    [{ softLanding: [step('500', 500), step('2000', 100)] }, 'softLanding.1'],
    [{ softLanding: [step('2000', 500), step('500', 500)] }, 'softLanding.1'],
    [{ softLanding: [step('2000', 0)] }, 'softLanding.0.powerLimitW'],
    [{ silence: { callAfterHours: 0 } }, 'silence.callAfterHours'],
  ];
  for (const [part, path] of cases) {
    const checked = checkProtectionRules({ version: 2, debt, ...part });
    assert.ok(!checked.ok && checked.error.code === 'rules-format', JSON.stringify(part));
    assert.equal(checked.error.at, path, JSON.stringify(part));
  }
});

test('all faults come at once, in words', () => {
  const checked = checkProtectionRules({
    version: 2,
    debt: { ...debt, floor: 1 },
    holidays: ['x'],
  });
  assert.ok(!checked.ok);
  assert.equal(
    describeRulesError(checked.error),
    'holidays.0: write a date of the calendar, like "2026-12-25"; ' +
      'debt.floor: unknown; known here: maximumSharePercent, floorEnergyWh',
  );
});

test('what is no document, or of an unknown version, is refused', () => {
  for (const document of [null, [], 'rules', 7]) {
    const checked = checkProtectionRules(document);
    assert.ok(!checked.ok && checked.error.code === 'rules-format' && checked.error.at === '');
  }
  assert.deepEqual(checkProtectionRules({ version: 3, debt }), {
    ok: false,
    error: { code: 'rules-version' },
  });
  const unversioned = checkProtectionRules({ debt });
  assert.ok(!unversioned.ok && describeRulesError(unversioned.error) === 'version: missing');
});
