// Gradient-boosted regression trees, small and our own: logistic loss, histograms of few bins,
// directions of features held (more of a suspicious sign never lowers the score), deterministic
// under a seed. Floats: this is a statistical model.

/** A node is a leaf when `feature` is -1; missing values (NaN) go to the left. */
export type Tree = {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
};

export type Boosted = { readonly base: number; readonly trees: readonly Tree[] };

export type BoostingOptions = {
  readonly rounds: number;
  readonly depth: number;
  readonly rate: number;
  /** Least sum of curvature in a leaf, and what shrinks its value. */
  readonly leastWeight: number;
  readonly shrink: number;
  readonly rowShare: number;
  readonly featureShare: number;
  readonly seed: number;
};

export type TrainingRows = {
  readonly rows: readonly Float64Array[];
  readonly targets: readonly (0 | 1)[];
  readonly weights?: readonly number[];
  readonly directions: readonly (-1 | 0 | 1)[];
};

const bins = 48;

/** A seeded stream of numbers in [0, 1). */
export function createStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The score of a row: log-odds. */
export function scoreOf({ base, trees }: Boosted, row: Float64Array): number {
  let score = base;
  for (const tree of trees) score += leafOf(tree, row);
  return score;
}

function leafOf(tree: Tree, row: Float64Array): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node] ?? -1;
    if (feature < 0) return tree.value[node] ?? 0;
    const value = row[feature] ?? Number.NaN;
    const goesRight = value > (tree.threshold[node] ?? 0);
    node = (goesRight ? tree.right[node] : tree.left[node]) ?? 0;
  }
}

type Grower = {
  readonly binned: readonly Uint8Array[];
  readonly edges: readonly Float64Array[];
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  readonly directions: readonly (-1 | 0 | 1)[];
  readonly options: BoostingOptions;
};

export function trainBoosted(data: TrainingRows, options: BoostingOptions): Boosted {
  const { rows, targets, weights, directions } = data;
  const n = rows.length;
  const weight = (i: number): number => weights?.[i] ?? 1;
  const edges = directions.map((_, feature) => edgesOf(rows, feature));
  const binned = edges.map((one, feature) =>
    Uint8Array.from(rows, (row) => binOf(one, row[feature] ?? Number.NaN)),
  );
  let positive = 0;
  let total = 0;
  for (let i = 0; i < n; i += 1) {
    total += weight(i);
    if (targets[i] === 1) positive += weight(i);
  }
  const share = Math.min(0.999, Math.max(0.001, positive / Math.max(1e-9, total)));
  const base = Math.log(share / (1 - share));
  const scores = new Float64Array(n).fill(base);
  const gradient = new Float64Array(n);
  const curvature = new Float64Array(n);
  const random = createStream(options.seed);
  const trees: Tree[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    for (let i = 0; i < n; i += 1) {
      const p = 1 / (1 + Math.exp(-(scores[i] ?? 0)));
      gradient[i] = weight(i) * ((targets[i] ?? 0) - p);
      curvature[i] = weight(i) * Math.max(1e-6, p * (1 - p));
    }
    const used: number[] = [];
    for (let i = 0; i < n; i += 1) if (random() < options.rowShare) used.push(i);
    const features = directions.map((_, j) => j).filter(() => random() < options.featureShare);
    const grower = { binned, edges, gradient, curvature, directions, options };
    const tree = growTree(grower, used, features);
    trees.push(tree);
    for (let i = 0; i < n; i += 1) {
      scores[i] = (scores[i] ?? 0) + leafOf(tree, rows[i] ?? new Float64Array(0));
    }
  }
  return { base, trees };
}

function edgesOf(rows: readonly Float64Array[], feature: number): Float64Array {
  const values = rows
    .map((row) => row[feature] ?? Number.NaN)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const edges: number[] = [];
  for (let bin = 1; bin < bins; bin += 1) {
    const at = Math.floor((values.length * bin) / bins);
    const low = values[at - 1];
    const high = values[at];
    if (low === undefined || high === undefined) continue;
    const edge = (low + high) / 2;
    if (edge > (edges[edges.length - 1] ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** 0 for a missing value, else one more than the count of edges below the value. */
function binOf(edges: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (edges[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

type Split = { feature: number; bin: number; gain: number; leftValue: number; rightValue: number };
type Bounds = { readonly low: number; readonly high: number };

function growTree(grower: Grower, rows: readonly number[], features: readonly number[]): Tree {
  const tree = {
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
    value: [] as number[],
  };
  const { options, binned, edges, directions } = grower;
  const add = (part: readonly number[], depth: number, bounds: Bounds): number => {
    const node = tree.feature.length;
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(0);
    tree.right.push(0);
    tree.value.push(round(options.rate * clamp(leafValue(grower, part), bounds)));
    const split = depth === 0 ? null : bestSplit(grower, part, { features, bounds });
    if (split === null) return node;
    const column = binned[split.feature] ?? new Uint8Array(0);
    const middle = (split.leftValue + split.rightValue) / 2;
    const direction = directions[split.feature] ?? 0;
    const leftBounds = boundsAfter(bounds, middle, direction === 0 ? 0 : direction > 0 ? -1 : 1);
    const rightBounds = boundsAfter(bounds, middle, direction);
    tree.feature[node] = split.feature;
    tree.threshold[node] = roundDown(edges[split.feature]?.[split.bin - 1] ?? 0);
    tree.left[node] = add(
      part.filter((i) => (column[i] ?? 0) <= split.bin),
      depth - 1,
      leftBounds,
    );
    tree.right[node] = add(
      part.filter((i) => (column[i] ?? 0) > split.bin),
      depth - 1,
      rightBounds,
    );
    return node;
  };
  add(rows, options.depth, { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  return tree;
}

/** Where a child is to lie below (-1) or above (1) the middle, so that directions hold deeper. */
function boundsAfter({ low, high }: Bounds, middle: number, side: number): Bounds {
  if (side < 0) return { low, high: Math.min(high, middle) };
  if (side > 0) return { low: Math.max(low, middle), high };
  return { low, high };
}

const clamp = (value: number, { low, high }: Bounds): number =>
  Math.min(high, Math.max(low, value));
const round = (value: number): number => Math.round(value * 1e5) / 1e5;
const roundDown = (value: number): number => Number(value.toPrecision(6));

function leafValue({ gradient, curvature, options }: Grower, rows: readonly number[]): number {
  let g = 0;
  let h = 0;
  for (const i of rows) {
    g += gradient[i] ?? 0;
    h += curvature[i] ?? 0;
  }
  return g / (h + options.shrink);
}

function bestSplit(
  grower: Grower,
  rows: readonly number[],
  o: { readonly features: readonly number[]; readonly bounds: Bounds },
): Split | null {
  const { binned, gradient, curvature, directions, options } = grower;
  const g = new Float64Array(bins + 1);
  const h = new Float64Array(bins + 1);
  let best: Split | null = null;
  for (const feature of o.features) {
    const column = binned[feature] ?? new Uint8Array(0);
    g.fill(0);
    h.fill(0);
    let totalG = 0;
    let totalH = 0;
    for (const i of rows) {
      const bin = column[i] ?? 0;
      g[bin] = (g[bin] ?? 0) + (gradient[i] ?? 0);
      h[bin] = (h[bin] ?? 0) + (curvature[i] ?? 0);
      totalG += gradient[i] ?? 0;
      totalH += curvature[i] ?? 0;
    }
    let leftG = 0;
    let leftH = 0;
    const last = grower.edges[feature]?.length ?? 0;
    for (let bin = 0; bin <= last; bin += 1) {
      leftG += g[bin] ?? 0;
      leftH += h[bin] ?? 0;
      // A split between missing and the rest has no edge of its own.
      if (bin === 0) continue;
      const rightH = totalH - leftH;
      if (leftH < options.leastWeight || rightH < options.leastWeight) continue;
      const leftValue = clamp(leftG / (leftH + options.shrink), o.bounds);
      const rightValue = clamp((totalG - leftG) / (rightH + options.shrink), o.bounds);
      if ((rightValue - leftValue) * (directions[feature] ?? 0) < 0) continue;
      const gain =
        gainOf(leftG, leftH, leftValue, options.shrink) +
        gainOf(totalG - leftG, rightH, rightValue, options.shrink) -
        totalG ** 2 / (totalH + options.shrink);
      if (gain > (best?.gain ?? 1e-6)) best = { feature, bin, gain, leftValue, rightValue };
    }
  }
  return best;
}

const gainOf = (g: number, h: number, value: number, shrink: number): number =>
  2 * g * value - (h + shrink) * value * value;
