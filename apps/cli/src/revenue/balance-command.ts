// `prewatt revenue balance DIR`: the energy balance of each feeder, over the whole span.

import { type AreaBalance, balanceOfArea, balanceText } from '@prewatt/revenue-protection';
import { onFolder } from './revenue-command.ts';

export const balanceCommand = onFolder({}, ({ scenarios, notes }) => {
  const balances = scenarios.flatMap(({ name, areas }) =>
    areas.map((area) => ({ scenario: name, ...balanceOfArea(area) })),
  );
  return {
    ok: true,
    value: {
      lines: [...notes, ...balances.flatMap(linesOf)],
      json: { balances: balances.map(({ unexplainedWh: _, ...rest }) => rest) },
    },
  };
});

const kwh = (wh: bigint): string => `${(Number(wh) / 1000).toFixed(0)} kWh`;

function linesOf({ areaId, state, total }: AreaBalance): string[] {
  const parts =
    total === null
      ? []
      : [
          `  in ${kwh(total.energyInWh)}, metered ${kwh(total.meteredWh)}, estimated for silent meters ${kwh(total.estimatedWh)}, technical loss ${kwh(total.technicalLossWh)}`,
          `  unexplained ${kwh(total.unexplainedWh)}, between ${kwh(total.unexplainedLowWh)} and ${kwh(total.unexplainedHighWh)}`,
        ];
  return [`${areaId}: ${balanceText[state]}`, ...parts];
}
