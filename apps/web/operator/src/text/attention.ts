// What waits on the attention list, in one line for the overview.

import type { Overview } from '@prewatt/api';
import { countText } from '@prewatt/quantities';

/** Names sales only when it is sales: a failed install job is no paid energy that went missing. */
export function attentionText({
  attention,
  attentionSales,
}: Pick<Overview, 'attention' | 'attentionSales'>): string {
  if (attention === 0) return 'No paid sale is stuck or waits at a home that is off';
  const others = attention - attentionSales;
  if (attentionSales === 0) return 'Meters, install jobs, money or keys; no paid sale is stuck';
  const sales = `${countText(attentionSales, 'sale')} paid and not in the meter, or named by the proof`;
  return others === 0 ? sales : `${sales}; ${countText(others, 'other matter')}`;
}
