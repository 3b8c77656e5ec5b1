// A migration comes while servers of the version before sell: it may not lock a table of a sale, a
// notification, a reading or a command for long, nor take away what that version uses.

import { lineAt } from './code-text.ts';
import type { Finding, HouseFile } from './files.ts';

/** Those before came with a stop of the servers. */
const since = '0405';

/** Tables that are written while people buy and meters report. */
export const hotTables: readonly string[] = [
  ...['quotes', 'sales', 'tokens', 'postings', 'payments', 'payment_directory'],
  ...['provider_reference_directory', 'provider_notifications', 'vendors', 'vendor_sales'],
  ...['vendor_shifts', 'messages', 'commands', 'command_stages', 'meters', 'meter_states'],
  ...['meter_events', 'readings', 'usage_days', 'connections', 'wallets'],
];

/** Of an index that is built beside the work; such a file has no transaction. */
export const withoutTransaction = /^-- Without a transaction\b/;

type Statement = { readonly text: string; readonly position: number };
type Rule = {
  /** The table is the first group; without `isHot` it holds for every table that was there. */
  readonly pattern: RegExp;
  readonly isHot: boolean;
  readonly why: string;
};

const table = String.raw`(?:ONLY\s+)?(?:prewatt\.)?(\w+)`;
const alter = String.raw`^ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?${table}\s[^;]*?`;
const rule = (isHot: boolean, pattern: string, why: string): Rule => ({
  ...{ isHot, why },
  pattern: new RegExp(pattern, 'is'),
});

/** A default that differs by row has every row written anew. */
const rowDefault = String.raw`DEFAULT\s+(?!now\s*\(|current_)[\w.]+\s*\(`;

const rules: readonly Rule[] = [
  rule(
    true,
    String.raw`${alter}\bALTER\s+(?:COLUMN\s+)?\w+\s+(?:SET\s+DATA\s+)?TYPE\b`,
    'rewrites',
  ),
  rule(
    true,
    String.raw`${alter}\bADD\s+COLUMN\b[^,;]*\b(?:${rowDefault}|STORED\b|IDENTITY\b|\w*serial\b)`,
    'rewrites',
  ),
  rule(
    true,
    String.raw`${alter}\bADD\s+COLUMN\b[^;]*?\b(?:CHECK\s*\(|REFERENCES\b|UNIQUE\b)`,
    'reads all of',
  ),
  rule(
    true,
    String.raw`${alter}\bADD\s+(?:CONSTRAINT\s+\w+\s+)?(?:CHECK|FOREIGN\s+KEY)\b(?![^;]*\bNOT\s+VALID\b)`,
    'reads all of',
  ),
  rule(
    true,
    String.raw`${alter}\bADD\s+(?:CONSTRAINT\s+\w+\s+)?(?:UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b(?![^;]*\bUSING\s+INDEX\b)`,
    'builds an index on',
  ),
  rule(
    true,
    String.raw`^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY\b)(?:IF\s+NOT\s+EXISTS\s+)?\w*\s*ON\s+${table}`,
    'builds an index on',
  ),
  rule(
    true,
    String.raw`^(?:LOCK(?:\s+TABLE)?|CLUSTER|VACUUM\s+FULL|REINDEX\s+TABLE|TRUNCATE(?:\s+TABLE)?)\s+${table}`,
    'locks',
  ),
  rule(true, String.raw`^(?:UPDATE|DELETE\s+FROM)\s+${table}`, 'writes rows of'),
  rule(
    false,
    String.raw`${alter}\bADD\s+COLUMN\b(?=[^,;]*\bNOT\s+NULL\b)(?![^,;]*\bDEFAULT\b)`,
    'takes no row of the version before in',
  ),
  rule(
    false,
    String.raw`${alter}\bDROP\s+(?:COLUMN\b|CONSTRAINT\s+\w+\s+CASCADE)`,
    'takes something from',
  ),
  rule(false, String.raw`${alter}\bRENAME\b`, 'renames something of'),
  rule(
    false,
    String.raw`^DROP\s+(?:TABLE|VIEW|FUNCTION|SCHEMA)\s+(?:IF\s+EXISTS\s+)?${table}`,
    'drops',
  ),
  rule(
    false,
    String.raw`^REVOKE\b[^;]*?\bON\s+(?:TABLE\s+|FUNCTION\s+)?${table}`,
    'takes rights to',
  ),
];

const advice =
  'take the form that adds (CONTRIBUTING.md), or say "-- unused since NNNN" above the statement';

export function checkMigrations(files: readonly HouseFile[]): Finding[] {
  const schema = files.find(({ path }) => path === 'apps/server/schema.sql')?.text ?? '';
  const missing = hotTables.filter((name) => !schema.includes(`CREATE TABLE prewatt.${name} (`));
  const migrations = files.filter(({ path }) => /^apps\/server\/migrations\/\d{4}-/.test(path));
  return [
    ...missing.map((name) => `tools/src/tidy/migration-rules.ts: there is no table ${name}`),
    ...migrations
      .filter(({ path }) => numberOf(path) >= since)
      .flatMap((file) => faultsOf(file, migrations)),
  ];
}

const numberOf = (path: string): string => /(\d{4})-[^/]*$/.exec(path)?.[1] ?? '';

function faultsOf(file: HouseFile, migrations: readonly HouseFile[]): Finding[] {
  const own = new Set(
    [...file.text.matchAll(/^CREATE (?:TABLE|FUNCTION) (?:prewatt\.)?(\w+)/gim)].map(
      ([, name = '']) => name,
    ),
  );
  const at = ({ position }: Statement): string => `${file.path}:${lineAt(file.text, position)}`;
  const isAlone = withoutTransaction.test(file.text);
  return statementsOf(file.text).flatMap((statement) => {
    const found = [...rules, notNull(file, migrations)].flatMap(({ pattern, isHot, why }) => {
      const name = pattern.exec(statement.text)?.[1]?.toLowerCase();
      if (name === undefined || own.has(name) || (isHot && !hotTables.includes(name))) return [];
      if (!isHot && isUnused(statement.text, file, migrations)) return [];
      return [
        `${at(statement)}: ${why} ${name} while servers of the version before work: ${advice}`,
      ];
    });
    const isBeside = /\bINDEX\s+CONCURRENTLY\b/i.test(statement.text);
    return isBeside === isAlone
      ? found
      : [
          ...found,
          `${at(statement)}: CONCURRENTLY stands in a file of its own, which begins with "-- Without a transaction"`,
        ];
  });
}

/** NOT NULL is free where a checked constraint says so already. */
function notNull(file: HouseFile, migrations: readonly HouseFile[]): Rule {
  const before = migrations.filter(({ path }) => path <= file.path).map(({ text }) => text);
  const checked = before
    .join('\n')
    .matchAll(/CHECK\s*\(\s*(\w+)\s+IS\s+NOT\s+NULL\s*\)\s*NOT\s+VALID/gi);
  const columns = [...checked].map(([, column = '']) => column).join('|') || '(?!)';
  const set = String.raw`${alter}\bALTER\s+(?:COLUMN\s+)?(?!(?:${columns})\b)\w+\s+SET\s+NOT\s+NULL\b`;
  return rule(true, set, 'reads all of');
}

/** Said above the statement, with the migration or later since which no version uses it. */
function isUnused(statement: string, file: HouseFile, migrations: readonly HouseFile[]): boolean {
  const at = file.text.indexOf(statement);
  const said = /-- unused since (\d{4})[^\n]*\n\s*$/i.exec(file.text.slice(0, at))?.[1];
  if (said === undefined) return false;
  return migrations.some(({ path }) => numberOf(path) === said && path < file.path);
}

/** Without comments; what stands between dollar signs is one piece of its statement. */
function statementsOf(sql: string): Statement[] {
  const plain = sql.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length));
  const hidden = plain.replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, (body) => body.replaceAll(';', ' '));
  const statements: Statement[] = [];
  for (let from = 0; from < hidden.length; ) {
    const end = hidden.indexOf(';', from);
    const until = end === -1 ? hidden.length : end;
    const text = hidden.slice(from, until);
    const lead = text.length - text.trimStart().length;
    if (text.trim() !== '') statements.push({ text: text.trim(), position: from + lead });
    from = until + 1;
  }
  return statements;
}
