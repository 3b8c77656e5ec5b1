// A life cycle as data: the states that a thing can be in, which move leads where, who makes it and
// when. Code asks it before it moves something, READMEs show it, and tests hold the database to it.

export type Move<S extends string> = {
  /** Null: the thing begins here. */
  readonly from: readonly (S | null)[];
  readonly to: readonly S[];
  /** Who or what makes the move. */
  readonly by: string;
  readonly when: string;
};

export type LifeCycleMoves<S extends string> = {
  /** The row's table and column. */
  readonly table: string;
  readonly column: string;
  readonly moves: readonly Move<S>[];
  readonly states: readonly S[];
};

export type LifeCycle<S extends string> = LifeCycleMoves<S> & {
  readonly mayMove: (from: S, to: S) => boolean;
  /** The states from which a move leads to this one: for the condition of an UPDATE. */
  readonly sourcesOf: (to: S) => S[];
  /** Nothing leads away from it. */
  readonly isFinal: (state: S) => boolean;
};

export function createLifeCycle<S extends string>(
  row: { readonly table: string; readonly column: string },
  moves: readonly Move<S>[],
): LifeCycle<S> {
  const states = [...new Set(moves.flatMap(({ from, to }) => [...from, ...to]))].filter(
    (state): state is S => state !== null,
  );
  const mayMove = (from: S, to: S): boolean =>
    moves.some((move) => move.from.includes(from) && move.to.includes(to));
  return {
    ...row,
    moves,
    states,
    mayMove,
    sourcesOf: (to) => states.filter((from) => mayMove(from, to)),
    isFinal: (state) => !states.some((to) => mayMove(state, to)),
  };
}

/** States as a list for `IN (...)` of a statement that is written once. */
export const sqlTexts = (states: readonly string[]): string =>
  states.map((state) => `'${state}'`).join(', ');

/** The life cycle as a table of Markdown, for the README of its feature. */
export function describeLifeCycle<S extends string>({ moves }: LifeCycleMoves<S>): string {
  const named = (states: readonly (S | null)[]) =>
    states.map((state) => (state === null ? '(none)' : `\`${state}\``)).join(', ');
  const rows = moves.map(({ from, to, by, when }) => [named(from), named(to), by, when]);
  const lines = [['from', 'to', 'who', 'when'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * SQL that makes the database refuse every other move of this life cycle: for tests and the
 * simulation, run as the owner of the schema. The server itself does without, since a trigger on
 * each row costs time where sales are written.
 */
export function guardOfLifeCycle<S extends string>({
  table,
  column,
  moves,
}: LifeCycleMoves<S>): string {
  const pairs = moves.flatMap(({ from, to }) =>
    from.flatMap((old) => to.map((next) => `('${old ?? ''}', '${next}')`)),
  );
  const name = `life_of_${table}`;
  return `CREATE FUNCTION prewatt.${name}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE old_state text := '';
    BEGIN
      IF TG_OP = 'UPDATE' THEN old_state := OLD.${column}; END IF;
      IF old_state <> NEW.${column} AND NOT EXISTS (
        SELECT FROM (VALUES ${pairs.join(', ')}) AS allowed (before, after)
        WHERE allowed.before = old_state AND allowed.after = NEW.${column}) THEN
        RAISE EXCEPTION 'a row of ${table} may not move from "%" to "%"', old_state, NEW.${column};
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE OF ${column} ON prewatt.${table}
      FOR EACH ROW EXECUTE FUNCTION prewatt.${name}();`;
}
