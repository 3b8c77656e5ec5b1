// What stands below the sum that was sold today. Money for wallets and for street lights are sums
// of their own: neither is energy that a home bought.

import type { Overview } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { kwhText } from './numbers.ts';

export function soldText(
  { sold, walletsMinor, lightsMinor }: Overview['today'],
  money: (minor: string) => string,
): string {
  const energy = sold.energyWh === '0' ? '' : `${kwhText(sold.energyWh)} in `;
  return [
    sold.sales === 0
      ? 'No energy sold yet'
      : `${energy}${countText(sold.sales, 'sale')} to ${countText(sold.customers, 'connection')}`,
    ...(walletsMinor === '0' ? [] : [`${money(walletsMinor)} more paid into wallets`]),
    ...(lightsMinor === '0' ? [] : [`${money(lightsMinor)} more for street lights`]),
  ].join('; ');
}
