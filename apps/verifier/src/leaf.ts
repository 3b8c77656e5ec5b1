// What stands in an entry of the log: the columns of a table, or the rows that one statement wrote.

export type Written = {
  /** The role of the database that wrote. */
  readonly by: string;
  /** What an owner's session said that it was for. */
  readonly why: string | null;
};

export type ColumnList = Written & {
  readonly table: string;
  readonly number: number;
  readonly list: readonly string[];
  readonly isAppendOnly: boolean;
  /** Rows are hashed as the bytes of record_send; as the text of ROW(...)::text where not. */
  readonly isBytes: boolean;
};

export type RowsLeaf = Written & {
  readonly kind: 'rows';
  readonly table: string;
  readonly op: 'insert' | 'update' | 'delete' | 'found';
  readonly columns: number;
  /** KEY, HASH and what is public, between tabs. */
  readonly lines: readonly string[];
};
export type Leaf = ({ readonly kind: 'columns' } & ColumnList) | RowsLeaf;

const strict = new TextDecoder('utf-8', { fatal: true });
const ops = new Set(['insert', 'update', 'delete', 'found']);
const isText = (value: unknown): value is string => typeof value === 'string';
/** It is mixed into what rows are compared by, where it has 16 bits. */
export const isListNumber = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 16;

/** Null for anything that is no leaf of this form. */
export function readLeaf(bytes: Uint8Array): Leaf | null {
  try {
    const [form, head = '', ...lines] = strict.decode(bytes).split('\n');
    if (form !== 'prewatt-log/1' || lines.pop() !== '') return null;
    const said = JSON.parse(head) as Record<string, unknown>;
    const { by, for: why = null, table, op, columns, number, list, appendOnly, rows } = said;
    if (!isText(by) || !(why === null || isText(why))) return null;
    if (isText(columns) && isListNumber(number) && Array.isArray(list)) {
      if (!list.every(isText) || lines.length > 0) return null;
      if (rows !== undefined && rows !== 'bytes') return null;
      const is = { isAppendOnly: appendOnly === true, isBytes: rows === 'bytes' };
      return { kind: 'columns', table: columns, number, list, ...is, by, why };
    }
    if (!isText(table) || !isText(op) || !ops.has(op) || !isListNumber(columns)) return null;
    return { kind: 'rows', table, op: op as RowsLeaf['op'], columns, lines, by, why };
  } catch {
    return null;
  }
}

/** `key`: JSON, in the very form that the log has. `hash`: base64; `-` for what was deleted. */
export function readLine(line: string): Readonly<Record<'key' | 'hash', string>> | null {
  const first = line.indexOf('\t');
  if (first < 0 || !line.startsWith('[')) return null;
  const [hash = ''] = line.slice(first + 1).split('\t', 1);
  if (hash !== '-' && !/^[A-Za-z0-9+/]{43}=$/.test(hash)) return null;
  return { key: line.slice(0, first), hash };
}
