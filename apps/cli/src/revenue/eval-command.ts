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
import { digestsOf, type FolderRow, rowsOfFolder, simulatedRows } from './rows.ts';
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
  const rows = rowsOfFolder(folder);
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

const figure = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

function linesOf({ homes, thefts, averagePrecision, auc, atCapacity }: Evaluation): string[] {
  return [
    `${countText(homes, 'home')}, ${countText(thefts, 'theft')}: average precision ${figure(averagePrecision)}, AUC ${figure(auc)}`,
    'visited  visits  found  precision  recall  energy found',
    ...atCapacity.map((one) =>
      [
        `${one.percent} %`.padStart(7),
        String(one.visits).padStart(7),
        String(one.found).padStart(6),
        figure(one.precision).padStart(10),
        figure(one.recall).padStart(7),
        figure(one.energyShare).padStart(13),
      ].join(' '),
    ),
    ...atCapacity.flatMap((one) => [
      `at ${one.percent} %: found ${kindsOf(one.byKind)}`,
      `         honest homes visited ${kindsOf(one.falseAccusations)}`,
    ]),
  ];
}

const kindsOf = (counts: readonly KindCount[]): string =>
  counts.map(({ kind, visited, homes }) => `${kind} ${visited} of ${homes}`).join(', ');
