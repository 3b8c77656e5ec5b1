// `prewatt revenue train DIR`: a model trained on the folder's homes, their scenarios and towns
// simulated from them, as the JSON document that the package ships. The same folder gives the same
// document.

import { trainModel } from '@prewatt/revenue-protection';
import { refused } from '../command.ts';
import { onFolder } from './revenue-command.ts';
import { digestsOf, labelledRows, simulatedRows } from './rows.ts';

export const trainCommand = onFolder({}, (folder) => {
  const rows = labelledRows(folder);
  if (!rows.some(({ isTheft }) => isTheft)) {
    return refused('labels', 'the folder labels no theft: there is nothing to learn from');
  }
  const model = trainModel([...rows, ...simulatedRows(folder)], digestsOf(folder));
  return { ok: true, value: { lines: [JSON.stringify(model, null, 2)], json: model } };
});
