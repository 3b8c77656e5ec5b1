// A span that was not measured: from when to when, how its energy was come by, and by whom.

import type { ReadingsView } from '@prewatt/api';
import { useZone } from '../../shell/session.tsx';
import { dateAndTime } from '../../text/time.ts';

export type Estimate = ReadingsView['estimates'][number];

export const methodLabels: Record<Estimate['method'], string> = {
  interpolated: 'spread evenly',
  average: 'from the home’s average',
  edited: 'entered',
};

export function EstimateNote({ estimate }: { estimate: Estimate }) {
  const zone = useZone();
  const { startsAt, endsAt, method, madeBy, reason } = estimate;
  return (
    <>
      {dateAndTime(Date.parse(startsAt), zone)} to {dateAndTime(Date.parse(endsAt), zone)},{' '}
      {methodLabels[method]}
      {madeBy !== null && ` by ${madeBy}: ${reason ?? ''}`}
    </>
  );
}
