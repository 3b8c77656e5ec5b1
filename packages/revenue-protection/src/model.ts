// The trained model as a document: trees, calibration, what an ordinary honest home looks like.
// Checked when it is read; asked for log-odds and for a probability.

import { err, ok, type Result } from '@prewatt/quantities';
import { type FeatureVector, featureNames } from './features.ts';
import { type Boosted, scoreOf, type Tree } from './trees.ts';

/** JSON as it is kept: a tree is one line of text, so that a diff of two models can be read. */
export type ModelDocument = {
  readonly version: 1;
  /** The features that it was trained on, in order; it is used with the same ones only. */
  readonly features: readonly string[];
  /** What each feature is in the middle of ordinary honest homes. */
  readonly neutral: readonly number[];
  readonly base: number;
  /** Nodes by `;`: `value` of a leaf, or `feature,threshold,left,right`. NaN goes left. */
  readonly trees: readonly string[];
  /** Probability is 1 / (1 + exp(-(slope * score + offset))). */
  readonly calibration: { readonly slope: number; readonly offset: number };
  /** Part of the homes of training that stole: probabilities are for such a town. */
  readonly theftShare: number;
  /** Digest of the homes and labels of training, so that nobody judges the model on them. */
  readonly trainedOn: readonly string[];
};

export type Model = {
  readonly boosted: Boosted;
  readonly neutral: FeatureVector;
  readonly calibration: { readonly slope: number; readonly offset: number };
  readonly theftShare: number;
  readonly trainedOn: readonly string[];
};

export type ModelError = 'version' | 'features' | 'trees' | 'numbers';

/** Errors in order: another version, other features, a tree that leads nowhere, no numbers. */
export function readModel(document: ModelDocument): Result<Model, ModelError> {
  if (document.version !== 1) return err('version');
  if (document.features.join() !== featureNames.join()) return err('features');
  const trees: Tree[] = [];
  for (const text of document.trees) {
    const tree = readTree(text);
    if (tree === null) return err('trees');
    trees.push(tree);
  }
  const { base, neutral, calibration, theftShare, trainedOn } = document;
  const numbers = [base, calibration.slope, calibration.offset, ...neutral];
  const isWhole = neutral.length === featureNames.length && numbers.every(Number.isFinite);
  if (!isWhole || !(theftShare > 0 && theftShare < 1)) return err('numbers');
  const boosted = { base, trees };
  return ok({ boosted, neutral: Float64Array.from(neutral), calibration, theftShare, trainedOn });
}

function readTree(text: string): Tree | null {
  const nodes = text.split(';').map((node) => node.split(',').map(Number));
  const isLeaf = (node: readonly number[]): boolean => node.length === 1;
  const sound = nodes.every((node, i) => {
    const [feature = -1, threshold = Number.NaN, left = 0, right = 0] = node;
    if (isLeaf(node)) return Number.isFinite(feature);
    const leads = [left, right].every((to) => Number.isInteger(to) && to > i && to < nodes.length);
    const known = Number.isInteger(feature) && feature >= 0 && feature < featureNames.length;
    return node.length === 4 && leads && known && Number.isFinite(threshold);
  });
  if (!sound) return null;
  return {
    feature: nodes.map((node) => (isLeaf(node) ? -1 : (node[0] ?? -1))),
    threshold: nodes.map((node) => node[1] ?? 0),
    left: nodes.map((node) => node[2] ?? 0),
    right: nodes.map((node) => node[3] ?? 0),
    value: nodes.map((node) => (isLeaf(node) ? (node[0] ?? 0) : 0)),
  };
}

/** The tree as its line of text. */
export function writeTree(tree: Tree): string {
  return tree.feature
    .map((feature, i) =>
      feature < 0
        ? String(tree.value[i] ?? 0)
        : [feature, tree.threshold[i], tree.left[i], tree.right[i]].join(','),
    )
    .join(';');
}

/** Log-odds before calibration. What is not known (NaN) counts as an ordinary home has it. */
export function scoreVector(model: Model, vector: FeatureVector): number {
  return scoreOf(model.boosted, knownOf(model, vector));
}

/** The vector with neutral values where it has none. */
export function knownOf({ neutral }: Model, vector: FeatureVector): FeatureVector {
  const known = vector.slice();
  for (let i = 0; i < known.length; i += 1) {
    if (Number.isNaN(known[i])) known[i] = neutral[i] ?? 0;
  }
  return known;
}

/**
 * Probability of theft of a score, 0 to 1. `theftShare` is what part of this town's homes is
 * thought to steal, where that is known and differs from the town of training.
 */
export function probabilityOf(model: Model, score: number, theftShare?: number): number {
  const { slope, offset } = model.calibration;
  const logit = (share: number): number => Math.log(share / (1 - share));
  const share = Math.min(0.9, Math.max(0.0001, theftShare ?? model.theftShare));
  const moved = logit(share) - logit(model.theftShare);
  return 1 / (1 + Math.exp(-(slope * score + offset + moved)));
}
