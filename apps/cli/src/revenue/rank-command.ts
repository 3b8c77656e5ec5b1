// `prewatt revenue rank DIR`: the list of visits of each scenario, with reasons.

import { countText } from '@prewatt/quantities';
import {
  featuresOfArea,
  probabilityOf,
  type Ranking,
  type RankingInput,
  rankHomes,
  scoreVector,
  shippedModel,
} from '@prewatt/revenue-protection';
import type { CommandResult, Options } from '../command.ts';
import { onFolder } from './revenue-command.ts';
import type { TheftFolder } from './theft-folder.ts';

export const rankCommand = onFolder({ visits: 'text' }, rank);

function rank(folder: TheftFolder, options: Options): CommandResult | string {
  const percent = Number(options.text('visits') ?? '5');
  if (!(percent > 0 && percent <= 100)) return '--visits takes a per cent of the homes, 5 for 5 %';
  const model = shippedModel();
  const lists = folder.scenarios.map(({ name, areas }) => {
    const homes: RankingInput[] = areas.flatMap((area) =>
      featuresOfArea(area).homes.map((home) => ({ ...home, areaId: area.areaId })),
    );
    const visits = Math.max(1, Math.round((homes.length * percent) / 100));
    const ranking = rankHomes(homes, { model, visits, pricePerKwhMinor: null });
    return { name, homes, ranking };
  });
  const scoresOf = (homes: readonly RankingInput[], { held }: Ranking) => {
    const states = new Map(held.map(({ homeId, state }) => [homeId, state]));
    return homes.map(({ homeId, areaId, vector }) => {
      const score = scoreVector(model, vector);
      const probability = probabilityOf(model, score);
      return { feeder: areaId, home: homeId, score, probability, held: states.get(homeId) ?? null };
    });
  };
  return {
    ok: true,
    value: {
      lines: [...folder.notes, ...lists.flatMap(({ name, ranking }) => linesOf(name, ranking))],
      json: {
        scenarios: lists.map(({ name, homes, ranking }) => ({
          scenario: name,
          visits: ranking.visits,
          held: ranking.held,
          scores: scoresOf(homes, ranking),
        })),
      },
    },
  };
}

function linesOf(name: string, { visits, waiting, held, quiet }: Ranking): string[] {
  return [
    `${name}: ${countText(visits.length, 'visit')}, ${waiting.length} more worth one; ${held.length} held as honest, ${quiet} quiet`,
    ...visits.flatMap((line, i) => [
      `${String(i + 1).padStart(4)}. ${line.homeId} on ${line.areaId}: ${Math.round(line.probability * 100)} % likely, ${(Number(line.expectedWhPerMonth) / 1000).toFixed(0)} kWh a month to be expected`,
      ...line.reasons.map(({ words }) => `        ${words}`),
    ]),
  ];
}
