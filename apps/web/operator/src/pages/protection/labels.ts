// How far a meter knows the rules in force, and what became of limits by token, in words and
// colours.

import type { LandingState, LandingToken, MeterKnowledge } from '@prewatt/api';
import type { LandingFilter } from '../../state/search.ts';
import { codeText, type Label } from '../../text/labels.ts';

export const knowledgeLabels: Record<MeterKnowledge, Label> = {
  upToDate: { text: 'Knows them', tone: 'good' },
  waiting: { text: 'On their way', tone: 'busy' },
  notTold: { text: 'Not told yet', tone: 'warn' },
  refused: { text: 'Refused', tone: 'bad' },
  noLink: { text: 'No link', tone: 'quiet' },
};

export const behindKinds = ['refused', 'noLink', 'notTold', 'waiting'] as const;

/** The list that opens first: of those that need somebody most, the first that has meters. */
export const firstBehind = (
  counts: Readonly<Record<MeterKnowledge, number>>,
): (typeof behindKinds)[number] => behindKinds.find((kind) => counts[kind] > 0) ?? 'waiting';

export const knowledgeMeaning: Record<MeterKnowledge, string> = {
  upToDate: 'The meter has taken the rules in force.',
  waiting: 'The rules were sent and the meter has not answered: it is offline, or slow.',
  notTold: 'Not sent yet: the rules are sent to two hundred meters at a time.',
  refused: 'The meter refused them. Ask its maker why; until then it follows older rules.',
  noLink:
    'Rules cannot be sent to them: they follow what was set in the factory or on site. A ' +
    'change needs a visit, or a token with a power limit.',
};

const known: Readonly<Record<string, string>> = {
  unsupported: 'It cannot do that',
  malformed: 'It could not read it',
  range: 'A value is out of its range',
  expired: 'It came too late',
};

export const refusalLabels = (code: string): string => known[code] ?? codeText(code);

export const landingLabels: Record<LandingState, Label> = {
  sent: { text: 'Sent', tone: 'busy' },
  replaced: { text: 'Replaced by a lower step', tone: 'quiet' },
  lifted: { text: 'Lifted', tone: 'good' },
  expired: { text: 'Meter taken away', tone: 'quiet' },
};

export const landingFilterNames: Record<LandingFilter, string> = {
  sent: 'Not lifted',
  replaced: 'Replaced',
  lifted: 'Lifted',
  expired: 'Meter taken away',
  all: 'All',
};

export const limitTokenLabels: Record<LandingToken, string> = {
  unknown: 'Not known if typed',
  accepted: 'Taken by the meter',
  refused: 'Refused by the meter',
};

/** From what the rules in force protect on declared days. */
export function weatherProtects(document: unknown): readonly ('heat' | 'cold')[] {
  const { weather } = (document ?? {}) as { weather?: { protects?: unknown } };
  const protects = weather?.protects;
  if (!Array.isArray(protects)) return [];
  return (['heat', 'cold'] as const).filter((kind) => protects.includes(kind));
}
