// The network as a tree that changes over time: which node hangs on which, from which day on, and
// on which days a node was behind another one. A circle is told, never walked for ever.

export type NetworkLink = {
  readonly nodeId: string;
  /** Null: it hangs on nothing, as a substation does. */
  readonly parentId: string | null;
  /** A civil day, YYYY-MM-DD; null: always. */
  readonly since: string | null;
};

export type Tree = {
  readonly parentOf: ReadonlyMap<string, string | null>;
  /** Nodes that hang on themselves, through others or directly. */
  readonly circled: ReadonlySet<string>;
};

/** The tree on a day. Of two links of a node from the same day on, the later in the list holds. */
export function treeOn(links: readonly NetworkLink[], day: string): Tree {
  const holding = new Map<string, NetworkLink>();
  for (const link of links) {
    if (link.since !== null && link.since > day) continue;
    const before = holding.get(link.nodeId);
    if (before === undefined || (before.since ?? '') <= (link.since ?? '')) {
      holding.set(link.nodeId, link);
    }
  }
  const parentOf = new Map([...holding.values()].map((link) => [link.nodeId, link.parentId]));
  const circled = new Set([...parentOf.keys()].filter((id) => isInCircle(parentOf, id)));
  return { parentOf, circled };
}

function isInCircle(parentOf: ReadonlyMap<string, string | null>, nodeId: string): boolean {
  const seen = new Set<string>();
  let at = parentOf.get(nodeId) ?? null;
  while (at !== null && !seen.has(at)) {
    if (at === nodeId) return true;
    seen.add(at);
    at = parentOf.get(at) ?? null;
  }
  return false;
}

/** The nodes above, nearest first; each once, also where the network goes in a circle. */
export function nodesAbove({ parentOf }: Tree, nodeId: string): string[] {
  const above: string[] = [];
  let at = parentOf.get(nodeId) ?? null;
  while (at !== null && at !== nodeId && !above.includes(at)) {
    above.push(at);
    at = parentOf.get(at) ?? null;
  }
  return above;
}

/** Of a node, its own place: itself and all that hang on it, on any of the days. */
export function behindByDay(
  links: readonly NetworkLink[],
  o: { readonly nodeId: string; readonly days: readonly string[] },
): ReadonlyMap<string, readonly boolean[]> {
  const behind = new Map<string, boolean[]>();
  const turns = [...new Set(links.flatMap(({ since }) => since ?? []))].sort();
  let known: { readonly turn: number; readonly nodes: ReadonlySet<string> } | null = null;
  o.days.forEach((day, nth) => {
    const turn = turns.filter((since) => since <= day).length;
    if (known === null || known.turn !== turn) known = { turn, nodes: under(links, o.nodeId, day) };
    for (const id of known.nodes) {
      const days = behind.get(id) ?? o.days.map(() => false);
      days[nth] = true;
      behind.set(id, days);
    }
  });
  return behind;
}

function under(links: readonly NetworkLink[], nodeId: string, day: string): ReadonlySet<string> {
  const { parentOf } = treeOn(links, day);
  const below = Map.groupBy(parentOf.keys(), (id) => parentOf.get(id) ?? null);
  const found = new Set([nodeId]);
  // A set keeps what is added while it is walked: each node is reached once.
  for (const id of found) for (const child of below.get(id) ?? []) found.add(child);
  return found;
}

/** Levels of nodes below each node on the day: 0 where homes alone are behind it. */
export function levelsBelow(tree: Tree): ReadonlyMap<string, number> {
  const levels = new Map<string, number>([...tree.parentOf.keys()].map((id) => [id, 0]));
  for (const id of tree.parentOf.keys()) {
    nodesAbove(tree, id).forEach((above, i) => {
      levels.set(above, Math.max(levels.get(above) ?? 0, i + 1));
    });
  }
  return levels;
}
