// `prewatt revenue ...`: theft ranked with reasons on a folder of readings, how good the ranking
// is, energy balances, and the training of the model. Offline.

import { createGroup } from '../dispatch.ts';
import { balanceCommand } from './balance-command.ts';
import { evalCommand } from './eval-command.ts';
import { rankCommand } from './rank-command.ts';
import type { RevenueCommand } from './revenue-command.ts';
import { trainCommand } from './train-command.ts';

const help = `prewatt revenue: theft found among honest homes, and losses sized; offline

  prewatt revenue eval DIR [--model shipped|refit] [--unseen-kinds] [--loads FILE] [--json]
                       how good the ranking is where it is known who stole
  prewatt revenue rank DIR [--visits PERCENT] [--loads FILE] [--json]
                       whom to visit, with reasons; --json: the score of every home, too
  prewatt revenue balance DIR [--loads FILE] [--json]
                       energy in, metered, technical loss and what is unexplained, by feeder
  prewatt revenue train DIR [--loads FILE]
                       prints a model trained on the folder's homes as JSON

DIR holds CSV files, plain or gzip, whose names end so:
  …members.csv         scenario,feeder,home
  …altered_30min.csv   scenario,home,date,i00,i01,… in Wh: days that differ from the plain load
  …feeders_30min.csv   scenario,feeder,date,i00,… in Wh: the feeder's own meter; may be missing
  …labels.csv          scenario,feeder,home,theft,kind,…,stolen_kwh: eval and train need it
Plain loads (home,date,i00,…) are looked for beside them, in DIR/loads and in DIR/../loads; --loads
names a file or a folder. An empty cell is a missing reading. Columns are found by their names, so
others may stand among them. 24, 48 or 96 intervals a day are read, summed to what all files have.

eval ranks with the model that the package ships, unless the folder's homes are among those that it
was trained on: then, and with --model refit, each home is scored by a model that saw neither its
scenario nor, in any scenario, the home itself. --unseen-kinds says besides how thefts stand when
the model has never met their kind. Precision and recall are of 1, 3, 5 and 10 % of homes visited.
`;

/** Runs `prewatt revenue ...`. */
export const revenueGroup = createGroup<RevenueCommand>({
  name: 'revenue',
  help,
  common: { loads: 'text' },
  commands: {
    eval: evalCommand,
    rank: rankCommand,
    balance: balanceCommand,
    train: trainCommand,
  },
  run: async (command, options, context) => command.run(options, context),
});
