// `prewatt tariff meters`: how far the meters that count money have come with a version.

import { type MeterTariffStanding, meterTariffStandings, tariffApi } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { serverOf, withServer } from '../http-client.ts';
import { signIn, usage } from './server-commands.ts';
import type { TariffCommand } from './tariff-command.ts';

const words: Record<MeterTariffStanding, string> = {
  has: 'have it',
  told: 'on its way',
  waits: 'after today’s tariff',
  refused: 'refused it',
  noLink: 'no link leads there',
  cannot: 'cannot charge it',
};

export const metersCommand: TariffCommand = {
  summary: 'which meters that count money have a version, and which do not',
  help: `prewatt tariff meters VERSION [--standing ${meterTariffStandings.join('|')}]

Meters that count money hold the tariff, and are sent each version by themselves. Counts, and the
meters of one standing, the first hundred; noLink when left out. What to do: docs/operating/meters.md

${signIn}`,
  options: { standing: 'text', server: 'text' },
  run: (options, context) => {
    const [versionId, ...more] = options.positionals;
    const wanted = options.text('standing') ?? 'noLink';
    const standing = meterTariffStandings.find((each) => each === wanted);
    if (versionId === undefined || more.length > 0) return usage('name one version');
    if (standing === undefined) {
      return usage(`--standing is one of ${meterTariffStandings.join(', ')}`);
    }
    return withServer(context, serverOf(options, context), async (client) => {
      const found = await client.call(tariffApi.meters, { id: versionId, query: { standing } });
      if (!found.ok) return found;
      const { counts, total, rows } = found.value;
      const there = meterTariffStandings.filter((each) => counts[each] > 0);
      const lines = [
        `${countText(total, 'meter counts', 'meters count')} money by this version`,
        ...there.map((each) => `  ${counts[each]} ${words[each]}`),
        ...rows.map(({ meterPan, name, saysVersion, refusal }) => {
          const charges = saysVersion === null ? '' : `, charges version ${saysVersion}`;
          return `${meterPan}  ${name}${charges}${refusal === null ? '' : `, said ${refusal}`}`;
        }),
      ];
      return { ok: true, value: { lines, json: found.value } };
    });
  },
};
