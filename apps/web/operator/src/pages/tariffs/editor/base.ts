// Which version a new one of a tariff begins with, and which number it gets.

import type { TariffRow, TariffVersionRow } from '@prewatt/api';

/** The newest that is approved: in force, or coming. */
export const baseVersion = (tariff: TariffRow): TariffVersionRow | undefined =>
  tariff.versions.find(({ state }) => state === 'approved');

export const nextNumber = ({ versions }: TariffRow): number =>
  1 + Math.max(0, ...versions.filter(({ state }) => state !== 'withdrawn').map((v) => v.version));
