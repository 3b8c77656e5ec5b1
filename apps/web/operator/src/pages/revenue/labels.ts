// Revenue protection in words: standings, states of a case, what visits find.

import type { CaseFinding, CaseRow, CaseState, ResultsMonth, RevenueStanding } from '@prewatt/api';
import type { RevenueTab } from '../../state/search.ts';
import type { Label } from '../../text/labels.ts';

export const tabTitles: Readonly<Record<RevenueTab, string>> = {
  visit: 'Today’s visits',
  support: 'Help first',
  held: 'Honest causes',
  cases: 'Open cases',
  route: 'Route of a day',
  closed: 'Closed cases',
  results: 'Results',
};

export const standingWords: Readonly<Record<RevenueStanding, string>> = {
  visit: 'Homes in the order in which a visit is worth most. Each line says why to go and look.',
  support:
    'Homes that are protected, or whose fall in use fits need. Offer help before anybody inspects.',
  held: 'Homes whose readings changed for a cause that explains them. None is visited meanwhile.',
};

export const emptyWords: Readonly<Record<RevenueStanding, string>> = {
  visit: 'No home is worth a visit today.',
  support: 'No home on the list shows need.',
  held: 'No home has an honest cause that explains its readings.',
};

export const caseLabels: Readonly<Record<CaseState, Label>> = {
  planned: { text: 'Visit planned', tone: 'busy' },
  visited: { text: 'Found', tone: 'warn' },
  billing: { text: 'Waits for a second person', tone: 'busy' },
  billed: { text: 'Asked to pay', tone: 'warn' },
  appealed: { text: 'Appealed', tone: 'bad' },
  closed: { text: 'Closed', tone: 'quiet' },
};

/** A closed case whose appeal was upheld found nothing that stands. */
export const caseLabelOf = ({ state, appeal }: Pick<CaseRow, 'state' | 'appeal'>): Label =>
  state === 'closed' && appeal?.decision === 'upheld'
    ? { text: 'Appeal upheld', tone: 'quiet' }
    : caseLabels[state];

export const foundText = ({ finding, appeal }: Pick<CaseRow, 'finding' | 'appeal'>) => {
  if (finding === null) return null;
  const words = findingLabels[finding];
  return appeal?.decision === 'upheld' ? `Appeal upheld: does not count as “${words}”` : words;
};

export const findingLabels: Readonly<Record<CaseFinding, string>> = {
  theft: 'Theft',
  fault: 'Faulty meter or wiring',
  honest: 'All in order',
  noAccess: 'No access',
  notSafe: 'Not safe',
  notVisited: 'Not visited',
};

export const eventLabels: Readonly<Record<string, string>> = {
  opened: 'Visit planned',
  visit: 'Who goes',
  found: 'Finding',
  billAsked: 'Payment proposed',
  billed: 'Payment asked',
  billRefused: 'Payment not allowed',
  appealed: 'Appeal',
  appealDecided: 'Appeal decided',
  closed: 'Closed',
};

/** "88 of 100": how many of some were so; null of none. */
export const shareText = (some: number, all: number): string | null =>
  all === 0 ? null : `${Math.round((100 * some) / all)} of 100`;

/** How many visits found theft or a fault. */
export const precisionText = (month: Pick<ResultsMonth, 'visits' | 'thefts' | 'faults'>): string =>
  shareText(month.thefts + month.faults, month.visits) ?? 'no visit';
