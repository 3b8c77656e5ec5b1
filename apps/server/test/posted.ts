// Changes transfers behind the server's back, as the owner of the database: they lie in the arrays
// of their postings.

/** Statement that adds to the amounts of a reason, of postings for which `where` holds. */
export const addToAmounts = (reason: string, addMinor: number, where = 'true'): string =>
  amountsBecome(reason, `amount + (${addMinor})`, where);

/** The same with an expression of the `amount`. */
export const amountsBecome = (reason: string, amount: string, where = 'true'): string =>
  `UPDATE prewatt.postings SET amounts_minor = (SELECT array_agg(CASE WHEN reason = '${reason}'
      THEN ${amount} ELSE amount END ORDER BY place)
    FROM unnest(reasons, amounts_minor) WITH ORDINALITY AS each (reason, amount, place))
    WHERE '${reason}' = ANY (reasons) AND ${where}`;

export const reasonBecomes = (from: string, to: string): string =>
  `UPDATE prewatt.postings SET reasons = array_replace(reasons, '${from}', '${to}')
    WHERE '${from}' = ANY (reasons)`;

/** The columns of a posting of one transfer, in this order. */
export const insertPosting = `INSERT INTO prewatt.postings (bucket, id, utility_id, connection_id,
  sale_id, reverses_id, posted_at, reasons, debit_kinds, debit_subject_ids, credit_kinds,
  credit_subject_ids, amounts_minor)`;
