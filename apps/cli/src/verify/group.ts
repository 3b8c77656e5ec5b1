// `prewatt verify`: the token log and the auditor's export, checked offline. Knows no server and no
// database: whoever runs it needs this checkout, the export and the keys.

import { countText } from '@prewatt/quantities';
import {
  CannotVerify,
  folderSource,
  isEvidence,
  type Report,
  urlSource,
  verify,
  verifyEvidence,
} from '@prewatt/verifier';
import type { CommandContext, CommandLine, CommandResult, Options } from '../command.ts';
import { createSingle } from '../dispatch.ts';
import { countsInWords, reportHtml } from './report-html.ts';

const command: CommandLine = {
  options: {
    log: 'text',
    keys: 'text',
    quorum: 'text',
    before: 'text',
    allow: 'text',
    writer: 'text',
    report: 'text',
    photos: 'text',
  },
  positionals: ['DIR|URL'],
  summary: 'the token log and an export of all rows, offline',
  help: `  prewatt verify DIR|URL [--keys FILE] [--quorum N] [--before FILE] [--report FILE]

  DIR            an export (prewatt audit export), or a copy of the log's files
  URL            the log as it is served: https://HOST/log/UTILITY
  --keys FILE    the log's key on the first line, a witness's on each further one; got from them, not
                 out of the export
  --quorum N     so many witnesses have to have signed; all, when left out
  --before FILE  checkpoints that you kept from earlier audits, with commas between: the log must
                 begin with each of them
  --log URL      reads the log from there, not out of the export
  --writer ROLE  the role of the database that the server signs in as (default: prewatt_app)
  --allow WHAT   acts of the database's owner that you agreed to, such as "migration 0430-x.sql"
  --report FILE  the report as one HTML page

  prewatt verify DIR [--keys FILE] [--photos DIR]
  DIR            the evidence of one case of revenue protection, unpacked (tar -xf evidence-….tar)
  --photos DIR   photos of the visit that were not sent, held against the hashes made on the device

Keep the file log/checkpoint: it is the --before of your next audit.
Exit codes: 0 everything stands; 1 something was found; 2 nothing could be verified.
`,
};

/** Runs `prewatt verify ...`. */
export const verifyGroup = createSingle({
  name: 'verify',
  command,
  common: {},
  run: (_, options, context) => verified(options, context),
});

const split = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const isUrl = (text: string): boolean => /^https?:\/\//.test(text);

async function verified(
  options: Options,
  context: CommandContext,
): Promise<CommandResult | string> {
  const [where = '', ...more] = options.positionals;
  if (where === '' || more.length > 0) return 'name one folder or address';
  const keys = keysOf(options, context);
  const quorum = options.text('quorum');
  if (quorum !== undefined && !/^\d{1,2}$/.test(quorum)) return '--quorum: a whole number';
  if (quorum !== undefined && Number(quorum) > keys.length - 1)
    return '--quorum: more than --keys has witnesses';
  const [key, ...witnesses] = keys;
  if (!isUrl(where) && (await isEvidence(folderSource(where)))) {
    return evidenceAnswer(where, { key, photos: options.text('photos') }, context);
  }
  const log = options.text('log');
  const writers = split(options.text('writer'));
  try {
    const report = await verify({
      source: isUrl(where) ? urlSource(where, context.fetch) : folderSource(where),
      ...(log === undefined ? {} : { log: urlSource(log, context.fetch) }),
      ...(key === undefined ? {} : { key, witnesses }),
      ...(quorum === undefined ? {} : { quorum: Number(quorum) }),
      ...(writers.length === 0 ? {} : { writers }),
      before: split(options.text('before')).map((file) => Buffer.from(context.readFile(file))),
      allowed: split(options.text('allow')),
    });
    const file = options.text('report');
    const page = reportHtml(report, new Date(context.nowMs()).toISOString());
    if (file !== undefined) context.replaceFile(file, page, { mode: 0o600 });
    return answerOf(report);
  } catch (error) {
    if (error instanceof CannotVerify) return error.message;
    const { message } = error as Error;
    const advice = 'Nothing was verified.';
    return { ok: false, error: { exitCode: 2, code: 'unreadable', message, advice } };
  }
}

async function evidenceAnswer(
  where: string,
  o: { readonly key: string | undefined; readonly photos: string | undefined },
  context: CommandContext,
): Promise<CommandResult> {
  const names = o.photos === undefined ? [] : context.listFolder(o.photos);
  const photos: Uint8Array[] = [];
  for (const name of names) {
    const file = await context.openFile(`${o.photos}/${name}`);
    photos.push(new Uint8Array(await file.arrayBuffer()));
  }
  const report = await verifyEvidence({
    ...{ source: folderSource(where), photos },
    ...(o.key === undefined ? {} : { key: o.key }),
  });
  const { caseId, origin, at, files, findings, notices, holds } = report;
  const lines = [
    `${caseId} of ${origin}, put together at ${at}: ${countText(files, 'file')}, ` +
      countText(report.photos, 'photo'),
    ...notices.map((notice) => `note: ${notice}`),
    ...findings.map((finding) => `  ${finding}`),
    holds ? 'The evidence stands.' : 'The evidence does not stand.',
  ];
  return { ok: true, value: { lines, json: report, failed: !holds } };
}

/** The first is the log's. */
const keysOf = (options: Options, context: CommandContext): readonly string[] => {
  const file = options.text('keys');
  if (file === undefined) return [];
  return context
    .readFile(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
};

const shown = 20;

function answerOf(report: Report): CommandResult {
  const findings = report.findings.slice(0, shown).flatMap((finding) => {
    const { check, says, table, key, column, was, now, path = [] } = finding;
    const where = [table, key].filter((part) => part !== undefined).join(' ');
    const change = column === undefined ? '' : `; ${column} was ${was}, is ${now}`;
    return [
      `  ${check}: ${where === '' ? '' : `${where}: `}${says}${change}`,
      ...path.map((line) => `      ${line}`),
    ];
  });
  const rest = Object.values(report.found).reduce((sum, n) => sum + n, 0) - shown;
  const lines = [
    `${report.origin}: ${report.size} entries, ${report.rows} rows of ${report.tables} tables`,
    `root ${report.root}`,
    ...(report.witnesses.length === 0
      ? ['no signature of a witness was checked']
      : report.witnesses.map((witness) => `signed by ${witness}`)),
    ...report.notices.map((notice) => `note: ${notice}`),
    ...findings,
    ...(rest > 0 ? [`  and ${rest} more: --report FILE or --json`] : []),
    countsInWords(report),
  ];
  return { ok: true, value: { lines, json: report, failed: !report.holds } };
}
