// The visits of a day in the order in which to go: grouped by node or street, ordered by what is
// known of where the homes are. A position is what the newest visit of the home noted.

import type { CaseRoute } from '@prewatt/api';
import { readPosition, routeOf, streetOf } from '@prewatt/revenue-protection';
import type { Tx } from '../../base/database.ts';
import { plannedOn } from './case-views.ts';

export async function routeOfDay(
  tx: Tx,
  o: { readonly utilityId: string; readonly day: string; readonly today: string },
): Promise<CaseRoute> {
  const { rows, missed } = await plannedOn(tx, o);
  // What was written by hand may be no position.
  const stops = rows.map((row) => ({ row, at: readPosition(row.position ?? '') }));
  const { places, metres } = routeOf(
    stops.map(({ row, at }) => ({
      ...{ id: row.caseId, place: row.node ?? streetOf(row.address), address: row.address },
      position: at,
    })),
  );
  const byId = new Map(
    stops.map(({ row, at }) => [row.caseId, { ...row, position: at && row.position }]),
  );
  return {
    ...{ day: o.day, metres, missed },
    places: places.map(({ place, stopIds }) => ({
      place,
      stops: stopIds.flatMap((id) => byId.get(id) ?? []),
    })),
    withoutPosition: stops.filter(({ at }) => at === null).length,
  };
}
