// `prewatt meter identities`: how all meters prove who they are.

import { type IdentityRow, type IdentityShow, identityShows, linkApi } from '@prewatt/api';
import type { Options } from '../command.ts';
import { type Desk, type DeskCommand, done, failure } from '../correction/desk.ts';
import { allRows } from '../utility.ts';

const kindLabels: Readonly<Record<IdentityRow['kind'], string>> = {
  secret: 'a secret',
  certificate: 'a certificate',
  nothingYet: 'nothing yet',
};
const endLabels = { ended: 'ended', ending: 'ends soon', later: 'good' } as const;
const renewalLabels: Readonly<
  Record<NonNullable<IdentityRow['renewal']>['state'], (since: string) => string>
> = {
  waiting: (since) => `a new one is on its way since ${since}`,
  refused: (since) => `renewal of ${since} refused`,
  unanswered: (since) => `renewal of ${since} never answered`,
  unused: (since) => `the new one of ${since} is not used`,
};

function lineOf(row: IdentityRow, when: Desk['when']): string {
  const { revokedAt, validUntil, since, renewal } = row;
  const kind = row.isOfFactory ? 'the secret of its factory' : kindLabels[row.kind];
  return [
    row.meterPan,
    row.connectionName,
    revokedAt === null ? kind : `revoked ${when(revokedAt)}`,
    since === null ? 'not seen with it yet' : `since ${when(since)}`,
    ...(row.serial === null ? [] : [row.serial]),
    ...(validUntil === null ? [] : [`${endLabels[row.ends]}, until ${when(validUntil)}`]),
    ...(renewal === null
      ? []
      : [renewalLabels[renewal.state](renewal.since === null ? 'now' : when(renewal.since))]),
  ].join('  ');
}

const isShow = (text: string): text is IdentityShow => identityShows.some((each) => each === text);

/** A whole number of an option; undefined: it is none. */
const countOf = (options: Options, name: string, most: number): number | undefined => {
  const text = options.text(name) ?? '';
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= most ? count : undefined;
};

const identities: DeskCommand = {
  summary: 'how all meters prove who they are: what ends soon, what failed, never renewed',
  help: `prewatt meter identities [--state WHAT] [--search TEXT] [--limit N]

WHAT is one of ${identityShows.join(', ')};
all when left out. What ends first comes first; 100 rows unless --limit says otherwise. With
anything to show of ending, ended and failed, alone or as numbers below, somebody has to act.
The whole list as a file: prewatt export meterIdentities.`,
  options: { state: 'text', search: 'text', limit: 'text' },
  required: [],
  positionals: [],
  run: async (desk, options) => {
    const show = options.text('state') ?? 'all';
    if (!isShow(show)) return failure('state', `--state is one of ${identityShows.join(', ')}`, 2);
    const last = options.text('limit') === undefined ? 100 : countOf(options, 'limit', 100_000);
    if (last === undefined) return failure('limit', '--limit is a whole number, 1 to 100000', 2);
    const query = { show, search: options.text('search') ?? '' };
    const all = await allRows(desk.client, linkApi.identities, { input: { query }, atLeast: last });
    if (!all.ok) return all;
    const first = await desk.client.call(linkApi.identities, { query: { show: 'ended' } });
    if (!first.ok) return first;
    const { counts, warnDays } = first.value;
    const rows = all.value.slice(0, last);
    const lines = rows.map((row) => lineOf(row, desk.when));
    return done(
      [
        ...(lines.length === 0 ? ['none'] : lines),
        `end within ${warnDays} days: ${counts.ending}  ended: ${counts.ended}  renewal failed: ${counts.failed}`,
      ],
      { rows, counts, warnDays },
    );
  },
};

export const identityListCommands = { identities };
