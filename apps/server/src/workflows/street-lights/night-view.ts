// A night as operators see it.

import type { NightView } from '@prewatt/api';
import { isoOf } from '@prewatt/quantities';
import type { DueStretch, Night } from '@prewatt/street-light';

export const nightView = (night: Night, stretches: readonly DueStretch[]): NightView => ({
  ...{ date: night.date, from: isoOf(night.fromMs), to: isoOf(night.toMs) },
  sunset: night.dark === null ? null : isoOf(night.dark.fromMs),
  sunrise: night.dark === null ? null : isoOf(night.dark.toMs),
  stretches: stretches.map(({ fromMs, toMs, levelPercent, because }) => ({
    ...{ from: isoOf(fromMs), to: isoOf(toMs), levelPercent, because },
  })),
});
