// `prewatt revenue eval DIR`: the figures of a ranking, on homes that its model has not seen.

import { countText } from '@prewatt/quantities';
import {
  crossScores,
  type Evaluation,
  evaluateRanking,
  type Judged,
  type KindCount,
  scoreVector,
  shippedModel,
  unseenKindScores,
} from '@prewatt/revenue-protection';
import { type CommandResult, type Options, refused } from '../command.ts';
import { onFolder } from './revenue-command.ts';
import { digestsOf, type FolderRow, labelledRows, simulatedRows } from './rows.ts';
import type { TheftFolder } from './theft-folder.ts';

export const evalCommand = onFolder({ model: 'text', 'unseen-kinds': 'flag' }, evaluate);

/** A home that is held stands behind every home that is not. */
const heldBehind = 1000;

function evaluate(folder: TheftFolder, options: Options): CommandResult | string {
  const asked = options.text('model');
  if (asked !== undefined && asked !== 'shipped' && asked !== 'refit') {
    return '--model takes "shipped" or "refit"';
  }
  if (!folder.hasLabels) {
    return refused('labels', 'the folder has no labels: "revenue rank" ranks it without them');
  }
  const model = shippedModel();
  const known = new Set(model.trainedOn);
  const seen = digestsOf(folder).filter((digest) => known.has(digest)).length;
  const way = asked ?? (seen > 0 ? 'refit' : 'shipped');
  const rows = labelledRows(folder);
  const wantsUnseen = options.flag('unseen-kinds');
  const more = way === 'refit' || wantsUnseen ? simulatedRows(folder) : [];
  const scores =
    way === 'refit'
      ? crossScores(rows, more)
      : Float64Array.from(rows, ({ vector }) => scoreVector(model, vector));
  const judged = judge(rows, scores);
  const total = evaluateRanking(judged);
  const byScenario = folder.scenarios.map(({ name }) => ({
    scenario: name,
    ...evaluateRanking(judged.filter((_, i) => rows[i]?.group === name)),
  }));
  const unseen = wantsUnseen ? evaluateRanking(judge(rows, unseenKindScores(rows, more))) : null;
  const held = rows.filter(({ isHeld }) => isHeld);
  const heldThefts = held.filter(({ isTheft }) => isTheft).length;
  return {
    ok: true,
    value: {
      lines: [
        ...introOf(way, seen),
        ...folder.notes,
        ...leftOut(folder, rows.length),
        ...linesOf(total),
        `held as honest while it holds: ${countText(held.length, 'home')}, thefts among them ${heldThefts}`,
        ...byScenario.map(
          (one) =>
            `${one.scenario}: ${countText(one.homes, 'home')}, ${countText(one.thefts, 'theft')}, average precision ${figure(one.averagePrecision)}, AUC ${figure(one.auc)}`,
        ),
        ...(unseen === null
          ? []
          : ['thefts of kinds that the model never met:', ...linesOf(unseen)]),
      ],
      json: {
        ranking: way,
        homesSeenInTraining: seen,
        homesWithoutLabel: homesOf(folder) - rows.length,
        notes: folder.notes,
        ...total,
        held: { homes: held.length, thefts: heldThefts },
        byScenario,
        ...(unseen === null ? {} : { unseenKinds: unseen }),
      },
    },
  };
}

const judge = (rows: readonly FolderRow[], scores: Float64Array): Judged[] =>
  rows.map(({ isTheft, kind, stolenWh, isHeld }, i) => {
    const score = (scores[i] ?? 0) - (isHeld ? heldBehind : 0);
    return { score, isTheft, kind, stolenWh };
  });

function introOf(way: string, seen: number): string[] {
  if (way === 'refit') {
    return ['each home scored by models that saw neither its scenario nor the home'];
  }
  return seen === 0
    ? ['ranked with the shipped model, which has seen none of these homes']
    : [`ranked with the shipped model, WHICH WAS TRAINED ON ${seen} OF THESE HOMES`];
}

const homesOf = ({ scenarios }: TheftFolder): number =>
  scenarios.reduce(
    (sum, { areas }) => sum + areas.reduce((n, { homes }) => n + homes.length, 0),
    0,
  );

function leftOut(folder: TheftFolder, judged: number): string[] {
  const without = homesOf(folder) - judged;
  return without === 0 ? [] : [`${countText(without, 'home')} without a label: left out`];
}

const figure = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

function linesOf(one: Evaluation): string[] {
  const { homes, thefts, averagePrecision, auc, byKind, atCapacity } = one;
  return [
    `${countText(homes, 'home')}, ${countText(thefts, 'theft')}: average precision ${figure(averagePrecision)}, AUC ${figure(auc)}`,
    `average precision of each kind alone among the honest: ${byKind
      .map(({ kind, averagePrecision: own, homes: many }) => `${kind} ${figure(own)} (${many})`)
      .join(', ')}`,
    'visited  visits  found  precision  recall  energy found',
    ...atCapacity.map((at) =>
      [
        `${at.percent} %`.padStart(7),
        String(at.visits).padStart(7),
        String(at.found).padStart(6),
        figure(at.precision).padStart(10),
        figure(at.recall).padStart(7),
        figure(at.energyShare).padStart(13),
      ].join(' '),
    ),
    ...atCapacity.flatMap((at) => [
      `at ${at.percent} %: found ${kindsOf(at.byKind)}`,
      `         honest homes visited ${kindsOf(at.falseAccusations)}`,
    ]),
  ];
}

const kindsOf = (counts: readonly KindCount[]): string =>
  counts.map(({ kind, visited, homes }) => `${kind} ${visited} of ${homes}`).join(', ');
