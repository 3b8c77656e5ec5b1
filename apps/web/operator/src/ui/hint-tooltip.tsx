// The words of a hint, placed beside what they are about.

import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';

export type HintTooltipProps = {
  readonly label: ReactNode;
  readonly target: HTMLElement;
  readonly opened: boolean;
};

export function HintTooltip({ label, target, opened }: HintTooltipProps) {
  return <Tooltip label={label} target={target} opened={opened} />;
}
