// The losses of the network as CSV: a line for each node, upper nodes before those that hang on
// them.

import type { Network } from '@prewatt/api';
import { type createCells, csvLines } from '../../base/csv.ts';

const header = [
  ...['node', 'name', 'kind', 'feeder', 'homes', 'state', 'from', 'days', 'energy_in_kwh'],
  ...['metered_kwh', 'estimated_kwh', 'technical_loss_kwh', 'unexplained_kwh'],
  ...['unexplained_low_kwh', 'unexplained_high_kwh', 'lost', 'currency'],
  ...['level', 'homes_behind', 'sold', 'lost_of_sales_percent', 'unexplained_below_kwh'],
  ...['bought_kwh', 'bought_by_home_kwh', 'bought_by_peers_kwh', 'vending_state'],
  ...['technical_low_kwh', 'technical_high_kwh', 'words', 'vending_words'],
];

export function lossFile({ nodes }: Network, cells: ReturnType<typeof createCells>): string {
  const wh = (text: string | null): string => cells.kWh(text === null ? null : BigInt(text));
  const money = (text: string | null) => cells.money(text === null ? null : BigInt(text));
  const codes = new Map(nodes.map(({ nodeId, code }) => [nodeId, code]));
  const rows = nodes.map((node) => {
    const { vending } = node;
    return [
      ...[node.code, node.name, node.kind, codes.get(node.parentId ?? '') ?? ''],
      ...[String(node.homes), node.state, node.fromDay ?? '', String(node.days)],
      ...[wh(node.energyInWh), wh(node.meteredWh), wh(node.estimatedWh), wh(node.technicalWh)],
      ...[wh(node.unexplainedWh), wh(node.lowWh), wh(node.highWh)],
      ...[money(node.lostMinor), cells.currency, String(node.level), String(node.homesBehind)],
      ...[money(vending.soldMinor), percent(node.lostOfSalesPermille), wh(node.belowWh)],
      ...[wh(vending.soldWh), wh(vending.perHomeWh), wh(vending.peersPerHomeWh), vending.state],
      ...[wh(node.technicalLowWh), wh(node.technicalHighWh), node.words, vending.words],
    ];
  });
  return csvLines([header, ...rows]);
}

const percent = (permille: number | null): string =>
  permille === null ? '' : (permille / 10).toFixed(1);
