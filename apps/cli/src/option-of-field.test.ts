import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroup } from './dispatch.ts';
import { failureInOptions, optionOfField } from './option-of-field.ts';

const exchange = {
  options: ['to', 'ea', 'sgc', 'krn', 'ti', 'left', 'last-reading', 'credited', 'reason'],
  positionals: ['OLD'],
};

test('a field is named by the option that it was typed as', () => {
  const vendor = {
    options: ['commission-percent', 'float-limit', 'kwh-per-hour', 'tokens-per-hour', 'request-id'],
    positionals: ['VENDOR'],
  };
  const of = (field: string, line = exchange) => optionOfField(field, line);
  assert.equal(of('meterPan'), '--to');
  assert.equal(of('supplyGroupCode'), '--sgc');
  assert.equal(of('energyWh'), '--left');
  assert.equal(of('oldMeterPan'), 'OLD');
  assert.equal(of('reason'), '--reason');
  assert.equal(of('commissionBasisPoints', vendor), '--commission-percent');
  assert.equal(of('floatLimitMinor', vendor), '--float-limit');
  assert.equal(of('tokensPerHour', vendor), '--tokens-per-hour');
  assert.equal(of('requestId', vendor), '--request-id');
  const send = {
    options: ['mode', 'unit', 'balance', 'preset-wh'],
    positionals: ['METER', 'KIND'],
  };
  assert.equal(of('paymentMode', send), '--mode');
  assert.equal(of('creditUnit', send), '--unit');
  assert.equal(of('presetEnergyWh', send), '--preset-wh');
  const edit = { options: ['from', 'to', 'kwh'], positionals: ['METER'] };
  assert.equal(of('startsAt', edit), '--from');
  assert.equal(of('endsAt', edit), '--to');
  assert.equal(of('amountMinor'), null, 'no option of this line');
});

test('what is said of a field is said of the option, at any depth and with the line of a file', () => {
  const said = (advice: string, line = exchange) =>
    failureInOptions({ exitCode: 1, code: 'badRequest', message: 'Not understood', advice }, line)
      .advice;
  assert.equal(said('meter.meterPan: write 18 digits'), '--to: write 18 digits');
  assert.equal(said('balance.creditedWh: at most 15'), '--credited: at most 15');
  const list = { options: ['meters', 'kwh'], positionals: ['FILE'] };
  assert.equal(said('rows.2.energyWh: is missing', list), '--kwh, line 3: is missing');
  assert.equal(said('rows.2.note: is missing', list), 'FILE, line 3: is missing');
  assert.equal(said('unheardOf: is missing'), 'unheardOf: is missing');
  assert.equal(said('Reload it: it has changed.'), 'Reload it: it has changed.');
});

test('every command’s refusal goes through it, for people and for programs', async () => {
  const failure = { exitCode: 1, code: 'badRequest', message: 'Not understood' } as const;
  const group = createGroup({
    name: 'debt',
    help: 'help',
    common: {},
    commands: { add: { options: { amount: 'text' } as const, positionals: ['METER'] } },
    run: async () => ({ ok: false, error: { ...failure, advice: 'amountMinor: more than 0' } }),
  });
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const context = { print, printError: print } as never;
  assert.equal(await group(['add', 'M', '--amount', '0'], context), 1);
  assert.equal(await group(['add', 'M', '--amount', '0', '--json'], context), 1);
  assert.equal(printed[0], 'prewatt: Not understood\n--amount: more than 0\n');
  assert.equal(JSON.parse(printed[1] ?? '').error.advice, '--amount: more than 0');
});
