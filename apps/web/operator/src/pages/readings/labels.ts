// What was found about readings, and what deciding on it means, in words; the energy between
// neighbouring readings as bars.

import type { FindingKindJson, ReadingAround, ReadingFindingRow } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';
import { kwhText, powerText, unknown } from '../../text/numbers.ts';
import { duration } from '../../text/time.ts';
import type { Bar } from '../connection/bar-chart.tsx';

export const findingNames: Record<FindingKindJson, string> = {
  gap: 'Gap',
  spike: 'Spike',
  negative: 'Backwards',
  reset: 'Reset',
  unit: 'Other unit',
  clockDrift: 'Clock ahead',
  differs: 'Second value',
};

export const findingMeaning: Record<FindingKindJson, string> = {
  gap: 'No reading came for hours. The energy between is known, its hours are estimated.',
  spike: 'More energy than the home can have used. It is left out until somebody decides.',
  negative: 'A value below the one before it, and the register went on from there as before.',
  reset: 'The register began anew. The energy at the jump is not known.',
  unit:
    'The value is 1000 times too large or too small: kilowatt-hours for watt-hours, or the ' +
    'reverse. This reading and those that follow in that unit are left out.',
  clockDrift: 'It is dated after the moment at which it arrived. It is left out.',
  differs: 'Another value came for the same moment. The first one stands.',
};

/** What "accept" and "reject" do, for each kind. */
export const acceptMeaning: Record<FindingKindJson, string> = {
  gap: 'The gap is in order; its estimate stands.',
  spike: 'The reading is right: its energy is counted, and billed in wallet mode.',
  negative: 'The reading is right: it is counted from here on.',
  reset: 'The register was rightly set to a new value; nothing is counted for the jump.',
  unit: 'The unit is right: the register is counted from here on, nothing for the jump.',
  clockDrift: 'The reading is right: it is counted.',
  differs: 'The first value stands; the other was looked at.',
};

export const stateLabels: Record<ReadingFindingRow['state'] | 'gone', Label> = {
  found: { text: 'Open', tone: 'warn' },
  accepted: { text: 'Accepted', tone: 'good' },
  rejected: { text: 'Left out', tone: 'quiet' },
  gone: { text: 'Explained by late readings', tone: 'quiet' },
};

type Detail = ReadingFindingRow['detail'];

/** "557.500 kWh after 57.250 kWh, 1,000 kW on average" */
export function detailText(finding: FindingKindJson, detail: Detail): string {
  const energy = (name: string) => kwhText(String(detail[name] ?? '0'), 3);
  const power = (name: string) => {
    const watts = Number(detail[name]);
    return Number.isSafeInteger(watts) ? powerText(String(watts)) : unknown;
  };
  switch (finding) {
    case 'gap': {
      const hours = Number(detail['hours'] ?? 0);
      return Number.isFinite(hours) ? `${duration(Math.round(hours * 3600))} without one` : '';
    }
    case 'clockDrift':
      return `${duration(Number(detail['aheadS'] ?? 0))} ahead`;
    case 'differs':
      return `${energy('kept')} stands, ${energy('read')} came later`;
    case 'spike':
      return (
        `${energy('before')} to ${energy('read')}: ${power('averageW')}, ` +
        `at most ${power('maximumW')} is likely`
      );
    case 'unit':
      return (
        `${energy('before')} to ${energy('read')}, which fits ` +
        (Number(detail['factor']) > 1 ? 'in kilowatt-hours' : 'by the thousandth')
      );
    case 'negative':
    case 'reset':
      return `${energy('before')} to ${energy('read')}`;
  }
}

/** Energy of each interval between neighbouring readings; null where the register fell. */
export function neighbourBars(
  points: ReadingAround['points'],
  o: { readonly readAt: string; readonly label: (epochMs: number) => string },
): Bar[] {
  return points.slice(1).map((point, i) => {
    const before = points[i];
    const energy = BigInt(point.valueWh) - BigInt(before?.valueWh ?? point.valueWh);
    const marked = Date.parse(point.readAt) === Date.parse(o.readAt);
    const time = o.label(Date.parse(point.readAt));
    return {
      key: point.readAt,
      energyWh: energy < 0n ? null : energy.toString(),
      label: marked ? `${time} (this reading)` : time,
      tick: marked ? '▲' : '',
    };
  });
}
