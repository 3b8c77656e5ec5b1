// `prewatt meter`: a meter exchanged for another on the same connection, and its identity.

import { askedSchema } from '@prewatt/api';
import { identityListCommands } from '../meter/identities.ts';
import { identityCommands } from '../meter/identity.ts';
import { awaits, type DeskCommand, failure, groupOf, requestIdOf, requestOptions } from './desk.ts';

const exchange: DeskCommand = {
  summary: 'ask to exchange a meter; what is left in it goes over by a token',
  help: `prewatt meter exchange OLD --to NEW --sgc N --krn N --ti N [--ea 07|11]
       (--last-reading | --left KWH [--credited KWH]) [--secret-sha256 HEX]
       --reason TEXT [--request-id ID]

--left is what the old meter shows, --credited all credit that it ever took, if that can be read;
--last-reading takes what it last reported. Without --secret-sha256 the new meter has no link.
--request-id ID names the act: the same again is the same act.`,
  options: {
    to: 'text',
    sgc: 'text',
    krn: 'text',
    ti: 'text',
    ea: 'text',
    'last-reading': 'flag',
    left: 'text',
    credited: 'text',
    'secret-sha256': 'text',
    reason: 'text',
    ...requestOptions,
  },
  required: ['to', 'sgc', 'krn', 'ti', 'reason'],
  positionals: ['OLD'],
  run: async (desk, options) => {
    const oldMeterPan = options.positionals[0] ?? '';
    const [left, credited] = [options.text('left'), options.text('credited')];
    if (options.flag('last-reading') === (left !== undefined)) {
      return failure('balance', 'give --last-reading or --left, one of them', 2);
    }
    const energyWh = left === undefined ? null : whOf(left);
    const creditedWh = credited === undefined ? null : whOf(credited);
    if (energyWh === undefined || creditedWh === undefined) {
      return failure('energy', 'write kWh with up to three decimals, such as 12.3', 2);
    }
    const path = await desk.connectionPath(oldMeterPan);
    if (!path.ok) return path;
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
        secretSha256: options.text('secret-sha256') ?? null,
      },
      balance:
        energyWh === null ? { from: 'lastReading' } : { from: 'stated', energyWh, creditedWh },
    };
    const asked = await desk.client.post(`${path.value}/meter-exchange`, body, askedSchema);
    return asked.ok ? awaits(asked.value) : asked;
  },
};

/** kWh as a person reads them, in Wh as JSON carries them; undefined when it is no amount. */
function whOf(kwh: string): string | undefined {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(kwh) ?? [];
  if (whole === undefined) return undefined;
  return (BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'))).toString();
}

export const meterGroup = groupOf('meter', 'a meter on its connection', {
  exchange,
  ...identityCommands,
  ...identityListCommands,
});
