// `prewatt card`: smart cards as files, offline, and put into a virtual meter.

import { createGroup, summariesOf } from '../dispatch.ts';
import { type CardCommand, createCard, loadCard, putCard, showCard } from './commands.ts';
import { makeCard, runBridge } from './reader-commands.ts';

const commands: Readonly<Record<string, CardCommand>> = {
  new: {
    options: { kind: 'text', number: 'text' },
    positionals: ['FILE'],
    required: ['number'],
    summary: 'makes a card that carries nothing yet',
    help: `  prewatt card new FILE --number DIGITS [--kind user|preset|clear|check]

  --number DIGITS  15 digits, whose check digit is added, or 16 with it
  --kind KIND      user (default), preset, clear or check
  --json           one JSON value

FILE must not be there yet. It holds the card's 256 bytes in hexadecimal.
`,
    run: createCard,
  },
  show: {
    options: { meter: 'text', 'decoder-key-file': 'text' },
    positionals: ['FILE'],
    summary: 'what is on a card: purchase and the meter’s report',
    help: `  prewatt card show FILE [--meter METER --decoder-key-file FILE]

  --meter METER            the number of the meter that it is for
  --decoder-key-file FILE  the meter's key, as prewatt sts key --out FILE writes it, or -
  --json                   one JSON value

Without the key only the card's kind and number are shown: nothing else is proved. The digits of
tokens are not shown. Of a check card the meters are listed that left a report; with a meter's key
its report is shown.
`,
    run: showCard,
  },
  load: {
    options: { tokens: 'text', 'decoder-key-file': 'text', replace: 'flag' },
    positionals: ['FILE', 'METER'],
    required: ['tokens', 'decoder-key-file'],
    summary: 'writes tokens for a meter on a card',
    help: `  prewatt card load FILE METER --tokens DIGITS[,DIGITS] --decoder-key-file FILE
      [--replace]

  --tokens DIGITS,DIGITS   one to four tokens of 20 digits, in the order in which they are entered
  --decoder-key-file FILE  the meter's key, as prewatt sts key --out FILE writes it, or -
  --replace                in place of a purchase that the meter has not had yet; its tokens
                           can still be typed
  --json                   one JSON value

The card counts its purchases: the meter takes the newest, and refuses an earlier one than it has
seen.
`,
    run: loadCard,
  },
  put: {
    options: { 'meter-page': 'text' },
    positionals: ['FILE', 'METER'],
    required: ['meter-page'],
    summary: 'puts a card into a virtual meter, and takes it back',
    help: `  prewatt card put FILE METER --meter-page URL

  --meter-page URL  where the virtual meters' pages are, such as http://127.0.0.1:4101
  --json            one JSON value

FILE is written anew with what the meter left on the card.
`,
    run: putCard,
  },
  make: {
    options: { socket: 'text' },
    positionals: ['NUMBER'],
    summary: 'makes a blank memory card on the reader the card of this number',
    help: `  prewatt card make NUMBER [--socket PATH]

  --socket PATH  where pcscd listens; /run/pcscd/pcscd.comm unless given
  --json         one JSON value

NUMBER is what the console shows when a card is issued to a home. The card must be blank (SLE4442,
as its maker sells it), or be this card already.
`,
    run: makeCard,
  },
  bridge: {
    options: { origin: 'text', port: 'text', socket: 'text', code: 'text' },
    positionals: [],
    required: ['origin'],
    summary: 'lets a shop’s page read and write cards on this computer’s reader',
    help: `  prewatt card bridge --origin URL [--code CODE] [--port PORT] [--socket PATH]

  --origin URL   the address of the server, as the browser has it: no other page is answered
  --code CODE    24 hexadecimal digits that the page has to know; a new one unless given
  --port PORT    where it listens on this computer: 7079, where the page looks, unless given
  --socket PATH  where pcscd listens; /run/pcscd/pcscd.comm unless given
  --json         one JSON value at its end

It runs until it is ended (Ctrl-C), and prints the code that the page asks for once. It has no key
of a card: the page asks the server what is to be written.
`,
    run: runBridge,
  },
};

/** Runs `prewatt card ...`. */
export const cardGroup = createGroup<CardCommand>({
  name: 'card',
  help: `prewatt card: smart cards that carry tokens to a meter and its report back

${summariesOf('card', commands)}

Every command takes --json, and --help for its options. What is on a card: packages/card/README.md.
`,
  commands,
  common: {},
  run: async (command, options, context) => command.run(options, context),
});
