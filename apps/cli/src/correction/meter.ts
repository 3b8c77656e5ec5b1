// `prewatt meter`: a meter exchanged for another on the same connection, and its identity.

import { exchangeApi } from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { Failure, Options } from '../command.ts';
import { driverCommands } from '../meter/driver.ts';
import { identityListCommands } from '../meter/identities.ts';
import { identityCommands } from '../meter/identity.ts';
import { settingCommands } from '../meter/settings.ts';
import { amountOf } from '../utility.ts';
import {
  awaits,
  type Desk,
  type DeskCommand,
  failure,
  groupOf,
  requestIdOf,
  requestOptions,
} from './desk.ts';
import { meterList } from './lists.ts';
import { energyFormat, whOf } from './register-read.ts';

const exchange: DeskCommand = {
  summary: 'ask to exchange a meter; what is left in it goes over by a token',
  help: `prewatt meter exchange OLD --to NEW --sgc N --krn N --ti N [--ea 07|11]
       (--last-reading | --left KWH [--credited KWH] | --left-money N [--credited-money N])
       [--counts energy|money] [--secret-sha256 HEX]
       --reason TEXT [--request-id ID]

--left is what the old meter shows, --credited all credit that it ever took, if that can be read;
--last-reading takes what it last reported. --left-money and --credited-money are the same of a
meter that counts money, such as 12.30. --counts is what the new meter counts (energy): where the
two differ, what was left goes over at the price of a kilowatt-hour on the meter.
Without --secret-sha256 the new meter has no link.
--request-id ID names the request: the same again changes nothing and gets the first answer.`,
  options: {
    to: 'text',
    sgc: 'text',
    krn: 'text',
    ti: 'text',
    ea: 'text',
    'last-reading': 'flag',
    left: 'text',
    credited: 'text',
    'left-money': 'text',
    'credited-money': 'text',
    counts: 'text',
    'secret-sha256': 'text',
    reason: 'text',
    ...requestOptions,
  },
  required: ['to', 'sgc', 'krn', 'ti', 'reason'],
  positionals: ['OLD'],
  run: async (desk, options) => {
    const oldMeterPan = options.positionals[0] ?? '';
    const counts = options.text('counts') ?? 'energy';
    if (counts !== 'energy' && counts !== 'money') {
      return failure('counts', 'a meter counts energy or money', 2);
    }
    const balance = balanceOf(desk, options);
    if (!balance.ok) return balance;
    const connection = await desk.connectionIdOf(oldMeterPan);
    if (!connection.ok) return connection;
    const body = {
      requestId: requestIdOf(options),
      reason: options.text('reason'),
      oldMeterPan,
      meter: {
        meterPan: options.text('to'),
        encryptionAlgorithm: `ea${options.text('ea') ?? '07'}`,
        supplyGroupCode: options.text('sgc'),
        tariffIndex: options.text('ti'),
        keyRevision: Number(options.text('krn')),
        counts,
        secretSha256: options.text('secret-sha256') ?? null,
      },
      balance: balance.value,
    };
    const asked = await desk.client.call(exchangeApi.request, { id: connection.value, body });
    return asked.ok ? awaits(asked.value) : asked;
  },
};

/** What the old meter had left: as it reported, or as its display showed it, in its own unit. */
function balanceOf(desk: Desk, options: Options): Result<object, Failure> {
  const [left, credited] = [options.text('left'), options.text('credited')];
  const [money, creditedMoney] = [options.text('left-money'), options.text('credited-money')];
  const ways = [options.flag('last-reading'), left !== undefined, money !== undefined];
  if (ways.filter(Boolean).length !== 1) {
    return failure('balance', 'give --last-reading, --left or --left-money, one of them', 2);
  }
  if (money !== undefined) {
    const amountMinor = amountOf(desk, options, 'left-money');
    if (!amountMinor.ok) return amountMinor;
    const creditedMinor =
      creditedMoney === undefined ? ok(null) : amountOf(desk, options, 'credited-money');
    if (!creditedMinor.ok) return creditedMinor;
    const read = { amountMinor: amountMinor.value, creditedMinor: creditedMinor.value };
    return ok({ from: 'statedMoney', ...read });
  }
  if (left === undefined) return ok({ from: 'lastReading' });
  const energyWh = whOf(left);
  const creditedWh = credited === undefined ? null : whOf(credited);
  if (energyWh === undefined || creditedWh === undefined) return energyFormat;
  return ok({ from: 'stated', energyWh, creditedWh });
}

export const meterGroup = groupOf('meter', 'a meter on its connection', {
  list: meterList,
  exchange,
  ...identityCommands,
  ...driverCommands,
  ...identityListCommands,
  ...settingCommands,
});
