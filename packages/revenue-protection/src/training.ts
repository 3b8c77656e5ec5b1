// Training, and what training is judged by: folds that never share a home. Deterministic: the same
// rows give the same model.

import { type FeatureVector, featureNames, featureTable } from './features.ts';
import { type ModelDocument, writeTree } from './model.ts';
import { medianOf } from './solve.ts';
import { type Boosted, type BoostingOptions, scoreOf, trainBoosted } from './trees.ts';

export type TrainingRow = {
  readonly homeId: string;
  /** Where the row is from: a scenario, a town, a month. */
  readonly group: string;
  readonly vector: FeatureVector;
  readonly isTheft: boolean;
  /** Of theft or of an honest change; 'normal' for neither. */
  readonly kind: string;
};

export const boosting: BoostingOptions = {
  rounds: 150,
  depth: 3,
  rate: 0.06,
  leastWeight: 2,
  shrink: 2,
  rowShare: 0.7,
  featureShare: 0.5,
  seed: 7,
};

const folds = 5;

/** The fold of a home, from its id alone: the same home is in the same fold everywhere. */
export function foldOf(homeId: string): number {
  let hash = 7;
  for (let i = 0; i < homeId.length; i += 1) hash = (hash * 31 + homeId.charCodeAt(i)) >>> 0;
  return hash % folds;
}

export function fitRows(rows: readonly TrainingRow[]): Boosted {
  const neutral = neutralOf(rows);
  return trainBoosted(
    {
      rows: rows.map(({ vector }) =>
        vector.map((x, i) => (Number.isNaN(x) ? (neutral[i] ?? 0) : x)),
      ),
      targets: rows.map(({ isTheft }) => (isTheft ? 1 : 0)),
      directions: featureNames.map((name) => featureTable[name]),
    },
    boosting,
  );
}

/** Which rows a score is asked of, and which rows the model for it may have seen. */
export type Split = {
  readonly asks: (row: TrainingRow) => boolean;
  readonly sees: (row: TrainingRow) => boolean;
};

/** Scores of `rows` by models that saw neither the row's home nor its group. */
export function crossScores(
  rows: readonly TrainingRow[],
  more: readonly TrainingRow[],
): Float64Array {
  const groups = [...new Set(rows.map(({ group }) => group))];
  // A folder with one scenario is still judged on homes that the model did not see.
  const apart = groups.length > 1;
  const splits = groups.flatMap((group) =>
    Array.from(
      { length: folds },
      (_, fold): Split => ({
        asks: (row) => row.group === group && foldOf(row.homeId) === fold,
        sees: (row) => !(apart && row.group === group) && foldOf(row.homeId) !== fold,
      }),
    ),
  );
  return scoresBySplits(rows, more, splits);
}

/** As `crossScores`, but a theft is scored by a model that never met its kind, in any home. */
export function unseenKindScores(
  rows: readonly TrainingRow[],
  more: readonly TrainingRow[],
): Float64Array {
  const scores = crossScores(rows, more);
  const kinds = [...new Set(rows.filter(({ isTheft }) => isTheft).map(({ kind }) => kind))];
  const splits = kinds.flatMap((kind) =>
    Array.from(
      { length: folds },
      (_, fold): Split => ({
        asks: (row) => row.isTheft && row.kind === kind && foldOf(row.homeId) === fold,
        sees: (row) => row.kind !== kind && foldOf(row.homeId) !== fold,
      }),
    ),
  );
  scoresBySplits(rows, more, splits).forEach((score, i) => {
    if (rows[i]?.isTheft === true) scores[i] = score;
  });
  return scores;
}

function scoresBySplits(
  rows: readonly TrainingRow[],
  more: readonly TrainingRow[],
  splits: readonly Split[],
): Float64Array {
  const scores = new Float64Array(rows.length);
  for (const { asks, sees } of splits) {
    if (!rows.some(asks)) continue;
    const seen = [...rows, ...more].filter(sees);
    const neutral = neutralOf(seen);
    const model = fitRows(seen);
    rows.forEach((row, i) => {
      if (!asks(row)) return;
      const known = row.vector.map((x, j) => (Number.isNaN(x) ? (neutral[j] ?? 0) : x));
      scores[i] = scoreOf(model, known);
    });
  }
  return scores;
}

function neutralOf(rows: readonly TrainingRow[]): number[] {
  const ordinary = rows.filter(({ isTheft, kind }) => !isTheft && kind === 'normal');
  return featureNames.map((_, i) => {
    const values = ordinary
      .map(({ vector }) => vector[i] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value));
    return Number(medianOf(values).toPrecision(6));
  });
}

/** Trains on all rows; calibrates on scores of folds in which the home was not seen. */
export function trainModel(
  rows: readonly TrainingRow[],
  trainedOn: readonly string[],
): ModelDocument {
  const { base, trees } = fitRows(rows);
  const byFold = Array.from(
    { length: folds },
    (_, fold): Split => ({
      asks: (row) => foldOf(row.homeId) === fold,
      sees: (row) => foldOf(row.homeId) !== fold,
    }),
  );
  const scores = scoresBySplits(rows, [], byFold);
  const thefts = rows.filter(({ isTheft }) => isTheft).length;
  return {
    version: 1,
    features: featureNames,
    neutral: neutralOf(rows),
    base: Number(base.toFixed(5)),
    trees: trees.map(writeTree),
    calibration: calibrate(
      scores,
      rows.map(({ isTheft }) => isTheft),
    ),
    theftShare: Number((thefts / Math.max(1, rows.length)).toFixed(4)),
    trainedOn,
  };
}

/** Platt's sigmoid by Newton's method; two numbers cannot overfit some thousand rows. */
export function calibrate(scores: Float64Array, targets: readonly boolean[]) {
  let slope = 1;
  let offset = 0;
  for (let round = 0; round < 30; round += 1) {
    let gs = 0;
    let go = 0;
    let ss = 1e-3;
    let so = 0;
    let oo = 1e-3;
    scores.forEach((score, i) => {
      const p = 1 / (1 + Math.exp(-(slope * score + offset)));
      const off = (targets[i] === true ? 1 : 0) - p;
      const weight = p * (1 - p);
      gs += off * score;
      go += off;
      ss += weight * score * score;
      so += weight * score;
      oo += weight;
    });
    const determinant = ss * oo - so * so;
    if (!(determinant > 1e-9)) break;
    slope = Math.min(5, Math.max(0.05, slope + (gs * oo - go * so) / determinant));
    offset = Math.min(10, Math.max(-10, offset + (go * ss - gs * so) / determinant));
  }
  return { slope: Number(slope.toFixed(5)), offset: Number(offset.toFixed(5)) };
}
