// One example of each command, as it is typed, and the line that says what a command does where the
// command has none itself. Data only: tests hold each example against the command that it is of.

type Words = { readonly example: string; readonly summary?: string };

const meter = '600727000000000009';
const id = (kind: string): string => `${kind}_0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41`;
const reason = (text: string): string => `--reason "${text}"`;
const w = (example: string, summary?: string): Words =>
  summary === undefined ? { example } : { example, summary };

const control: Readonly<Record<string, Words>> = {
  'audit-log list': w('--about vendors --limit 50', 'what was done, by whom, the newest first'),
  'auth sign-in': w('--server https://power.example.org', 'keeps a session for many commands'),
  'auth show': w('', 'where the session that is kept stands'),
  'auth sign-out': w('', 'ends the session, here and at the server'),
  'approval list': w('--state all', 'what waits for a second person'),
  'approval show': w(id('approval'), 'one request, to read before it is approved'),
  'approval approve': w(id('approval'), 'does at once what was asked for'),
  'approval decline': w(`${id('approval')} ${reason('wrong month')}`, 'nothing is done'),
  'approval withdraw': w(
    `${id('approval')} ${reason('typed wrong')}`,
    'takes back what you asked for',
  ),
  'approval limits': w(`--alone 20000 ${reason('two on duty')}`, 'what one person may do alone'),
  'approval alone': w(
    `${id('approval')} ${reason('sold out on a holiday')}`,
    'does it alone, in an emergency; every administrator is told',
  ),
  'approval emergencies': w('', 'the rule on acting alone, and what was done so'),
  'approval emergency-rules': w(
    `--kinds vendorDeposit --roles operator --per-day 2 ${reason('one on duty at night')}`,
    'asks for another rule on acting alone',
  ),
  'approval review': w(
    `${id('approval')} --verdict confirmed --note "I saw the slip of the bank"`,
    'what another person says of what was done alone',
  ),
  'approval budgets': w('', 'what an hour and a day bring at most, and what is used'),
  'approval budget': w(
    `engineering --per-hour 100 ${reason('a feeder is rebuilt')}`,
    'asks for another budget',
  ),
  'team list': w('', 'who works for the utility, and how they sign in'),
  'team invite': w(
    `nia@example.org --name "Nia" --role operator ${reason('new at the counter')}`,
    'asks for an invitation; another administrator allows it',
  ),
  'team password': w(
    `${id('operator')} ${reason('her phone was stolen')}`,
    'asks that somebody may choose another password',
  ),
  'team role': w(
    `${id('operator')} --role viewer ${reason('reads only from now on')}`,
    'asks for another role of somebody',
  ),
  'team invitations': w('', 'who was invited, with the link or the code that is yours'),
  'team withdraw': w(id('invitation'), 'the link opens nothing any more'),
  'team end': w(`${id('operator')} ${reason('has left us')}`, 'ends a sign-in, at once'),
  'campaign start': w(
    `--name "second revision" --from 123456:1 --to 123456:2 ${reason('the first key ends')}`,
    'moves meters to another key, each with its next sale',
  ),
  'campaign list': w('', 'campaigns, the newest first'),
  'campaign show': w(id('campaign'), 'how far one campaign is'),
  'campaign meters': w(`${id('campaign')} --state failed`, 'its meters, and how far each is'),
  'campaign export': w(id('campaign'), 'its meters as CSV'),
  'campaign deliver': w(id('campaign'), 'sends the tokens to meters with a link, without a sale'),
  'campaign withdraw': w(id('campaign'), 'gives it up for meters that have no tokens yet'),
  'command list': w(`${meter} --limit 20`, 'what was asked of a meter, and how far it has come'),
  'command send': w(
    `${meter} setPowerLimit --limit-w 2000 ${reason('overload in the street')}`,
    'asks a meter to do something',
  ),
  'command cancel': w(
    `${meter} ${id('command')} ${reason('mended')}`,
    'stops what has not arrived',
  ),
  'command safety-cuts': w('', 'who cut whom for safety, and until when'),
  'grant tamper': w(`${meter} ${reason('opened by our fitter')}`, 'a token that clears tampering'),
  'grant limit': w(
    `${meter} --watts 4600 ${reason('contract of 20 A')}`,
    'a token for a power limit',
  ),
  'grant unbalance': w(
    `${meter} --watts 3000 ${reason('a workshop')}`,
    'a token for the limit between phases',
  ),
  'grant test': w(
    `${meter} --tests all ${reason('display looks dead')}`,
    'a token that starts tests',
  ),
  'grant key-change': w(
    `${meter} ${reason('the key ends')}`,
    'tokens for the key that it should hold',
  ),
  'grant free': w(
    `${meter} --kwh 5 ${reason('after the fault of the feeder')}`,
    'asks for free credit for a meter, or for many',
  ),
  'grant clear': w(
    `${meter} ${reason('goes to the workshop')}`,
    'asks to clear the credit of a meter, or of many',
  ),
  'grant batch': w(id('grant'), 'how far a list of meters is'),
  'grant list': w('--attention', 'tokens without a sale, the newest first'),
  'grant show': w(`${id('grant')} --digits`, 'one grant and its tokens'),
  'install list': w('--state open', 'jobs of technicians'),
  'install show': w(id('install'), 'one job, step by step'),
  'install open': w(`${meter} --technician tom@example.org`, 'a new job at a home'),
  'install take': w(id('install'), 'the job is yours'),
  'install step': w(`${id('install')} display --kwh 12.5`, 'does or confirms one step'),
  'install close': w(id('install'), 'the job is done'),
  'install cancel': w(`${id('install')} ${reason('nobody at home')}`, 'the job is not done'),
  'integration list': w('', 'keys of programs of others'),
  'integration make': w('billing --scopes sales:read --days 365', 'a key, which is shown once'),
  'integration rotate': w(`${id('integration')} --overlap-hours 24`, 'another key in place of it'),
  'integration revoke': w(
    `${id('integration')} ${reason('contract ended')}`,
    'ends all its keys at once',
  ),
  'integration endpoints': w(id('integration'), 'where its events go'),
  'integration endpoint': w(
    `${id('integration')} --url https://hooks.example.org/prewatt --events sale.paid`,
    'a new address for events',
  ),
  'integration secret': w(
    `${id('endpoint')} --overlap-hours 24`,
    'another secret for its signatures',
  ),
  'integration turn': w(`${id('endpoint')} off`, 'stops events, or lets them go on'),
  'integration test': w(id('endpoint'), 'sends a test event'),
  'integration deliveries': w(
    `${id('endpoint')} --state failed`,
    'what was sent, and how it was answered',
  ),
  'integration replay': w(`${id('endpoint')} --delivery ${id('delivery')}`, 'sends events again'),
  'key list': w('', 'vending keys that are loaded'),
  'key loads': w('', 'loadings, and how far each is'),
  'key load': w(
    `--sgc 123456 --krn 2 --kt 2 --ken 255 --base-date 14 --dkga 04 ${reason('second revision')}`,
    'opens the loading of a vending key',
  ),
  'key component': w(`${id('key')} --file component-1`, 'enters a custodian’s component'),
  'key close': w(id('key'), 'gives a loading up; components are erased'),
  'key into-token': w(
    '--hardware /etc/prewatt/hardware.json --secrets-file /etc/prewatt/secrets.json',
    'vending keys into a hardware token',
  ),
  'key reseal': w('--from /etc/prewatt/secrets.json --to new-secrets.json', 'another master key'),
};

const money: Readonly<Record<string, Words>> = {
  'bank-statement look': w('november.mt940'),
  'bank-statement bring': w(`november.mt940 ${reason('statement of November')}`),
  'bank-statement list': w(''),
  'bulk rehearse': w('staff.csv'),
  'bulk vend': w('staff.csv --result staff-tokens.csv'),
  'debt list': w(meter),
  'debt add': w(
    `${meter} --label "New cable" --amount 600 --rule "share 25" ${reason('order 17')}`,
  ),
  'debt write-off': w(`${meter} ${id('debt')} --amount 100 ${reason('hardship')}`),
  'money list': w(''),
  'money candidates': w(id('money')),
  'money move': w(`${id('money')} --to ${meter} ${reason('the payer called')}`),
  'money refund': w(`${id('money')} --reference "bank 81" ${reason('sent in error')}`),
  'reconcile import': w(
    'november.csv --mapping bank.json --kind settlement',
    'a file of a provider or a bank, compared with payments',
  ),
  'reconcile list': w('--state open', 'differences'),
  'reconcile explain': w(
    `${id('difference')} ${reason('fee of the bank')}`,
    'says where a difference comes from',
  ),
  'reconcile close': w(
    `${id('difference')} ${reason('paid in December')}`,
    'a difference is done with',
  ),
  'reconcile reopen': w(`${id('difference')} ${reason('it was not')}`, 'it is not done with'),
  'reconcile mappings': w('', 'how files are read, to be kept and changed'),
  'reconcile fees': w('', 'what providers kept, by month'),
  'messages check': w('', 'our own texts, by language'),
  'sale list': w('--day 2026-11-30'),
  'sale show': w(id('sale')),
  'sale reverse': w(`${id('sale')} --money payer ${reason('typed twice')}`),
  'sale move': w(`${id('sale')} --to ${meter} --by token ${reason('the wrong meter')}`),
  'sale credit-note': w(`${id('sale')} --amount 50 ${reason('fault of the till')}`),
  'sale reprint': w(`${id('sale')} ${reason('receipt lost')}`),
  'sale receipt-texts': w(`--tax-number 4010203040 ${reason('the tax office asks')}`),
  'sale page-writing': w(`--clock 12 ${reason('as people here say it')}`),
  'sale acknowledge': w(`${id('sale')} ${reason('seen at the visit')}`),
  'sale refunds': w('--paid'),
  'sale refunded': w(`${id('refund')} --reference "bank 82"`),
  'sale send-refund': w(id('refund')),
  statement: w(`${meter} --from 2026-11-01 --to 2026-11-30`),
  'vendor list': w(''),
  'vendor show': w('"Corner shop"'),
  'vendor create': w(
    '"Corner shop" --commission-percent 1.5 --float-limit 0 --tokens-per-hour 60 --kwh-per-hour 2000',
  ),
  'vendor set': w('"Corner shop" --tokens-per-hour 90'),
  'vendor site': w('"Corner shop"'),
  'vendor block': w(`"Corner shop" ${reason('till was stolen')}`),
  'vendor unblock': w(`"Corner shop" ${reason('till was found')}`),
  'vendor key': w('"Corner shop" --label "Till 1" --request-id corner-shop-till-1'),
  'vendor terminal': w(
    '"Corner shop" --label "Till 2" --client 0000000000010 --terminal 0000000000027 --certificate till.pem',
  ),
  'vendor phone': w('"Corner shop" --label "Phone 1"'),
  'vendor clerk': w('"Corner shop" Amina'),
  'vendor revoke': w(`"Corner shop" ${id('vendorKey')}`),
  'vendor deposit': w('"Corner shop" --amount 500 --reference "Slip 17"'),
  'vendor deposits': w('"Corner shop"'),
  'vendor undo-deposit': w(`"Corner shop" ${id('deposit')} ${reason('the cheque bounced')}`),
  'vendor statement': w('"Corner shop" --from 2026-11-01'),
  'wallet balance': w(meter),
  'wallet charges': w(`${meter} --limit 20`),
  'wallet changes': w(meter),
  'wallet mode': w(`${meter} --to wallet ${reason('the customer asked')}`),
  'wallet top-up': w(`${meter} --amount 50.00`),
  'wallet withdraw': w(`${meter} ${reason('the customer changed their mind')}`),
};

const metersAndRules: Readonly<Record<string, Words>> = {
  'meter list': w('--state silent --limit 50'),
  'meter exchange': w(
    `${meter} --to 600727000000000018 --sgc 123456 --krn 1 --ti 01 --last-reading ${reason('display is dead')}`,
  ),
  'meter identity': w(meter),
  'meter claim': w(`${meter} --csr meter.csr --out link ${reason('new meter')}`),
  'meter pair': w(`${meter} --make --out link ${reason('new meter')}`),
  'meter rotate': w(`${meter} ${reason('once a year')}`),
  'meter revoke': w(`${meter} ${reason('stolen')}`),
  'meter link': w(
    `${meter} --driver dlms --host 10.20.0.7 --keys meter.json ${reason('new meter')}`,
  ),
  'meter unlink': w(`${meter} ${reason('back to its maker')}`),
  'meter driver': w(meter),
  'meter dlms-keys': w(`${meter} --order together ${reason('each year')}`),
  'meter authority': w('--out meters.pem --revoked revoked.pem --owner root:mosquitto --mode 0640'),
  'meter identities': w('--state ending'),
  'meter silence': w(`--hours 72 ${reason('weak network in the valley')}`),
  'meter identity-warning': w(`--days 60 ${reason('visits take weeks')}`),
  'light list': w('', 'lighting accounts, with credit and lamps'),
  'light show': w(meter, 'an account with its lamps, groups and overrides'),
  'light account': w(
    `${meter} --latitude=-1.2864 --longitude=36.8172 ${reason('council order 12')}`,
    'makes a connection a lighting account, or changes its rules',
  ),
  'light close': w(`${meter} ${reason('ward has its own meters now')}`, 'ends a lighting account'),
  'light lamps': w(`${meter} --file lamps.csv`, 'adds and changes lamps by a list'),
  'light programme': w(`${meter} night --file night.json`, 'keeps a dim programme'),
  'light group': w(`${meter} "Main Street" --programme night`, 'makes a group of lamps'),
  'light lamp': w(
    `${meter} P17 --group "Main Street" --watts 60 --floor 30`,
    'adds a lamp, or changes it',
  ),
  'light circuit': w(
    `${meter} --group "Main Street" --watts 600 --on-from 50 ${reason('lamps behind a contactor')}`,
    'has a gateway switch lamps by the programme of a group',
  ),
  'light remove': w(`${meter} P17 ${reason('pole is gone')}`, 'takes a lamp away'),
  'light override': w(
    `${meter} --level 100 --until 2026-12-24T23:00+03:00 ${reason('street market')}`,
    'a level in place of the programme, until an end',
  ),
  'light end': w(
    `${meter} 0198f3c2-7a10-7c3e-9b52-3f6d1c9e8a41`,
    'ends an override before its time',
  ),
  'readings list': w(
    `${meter} --days 7`,
    'use by day, with what looks wrong and what was estimated',
  ),
  'readings findings': w('--state open', 'what looks wrong, in all homes'),
  'readings decide': w(
    `${meter} rejected --at 2026-11-23T13:00:00.000Z --finding spike ${reason('display says otherwise')}`,
    'says that a reading is right, or wrong',
  ),
  'readings take-back': w(
    `${meter} --at 2026-11-23T13:00:00.000Z --finding spike ${reason('looked at again')}`,
    'nobody has decided',
  ),
  'readings edit': w(
    `${meter} --from 2026-11-23T13:00:00.000Z --to 2026-11-23T14:00:00.000Z --kwh 1.5 ${reason('read on the spot')}`,
    'gives the energy of a span that was not measured',
  ),
  'tariff check': w('my-tariff.json'),
  'tariff quote': w('my-tariff.json --paid 200 --date 2026-11-24'),
  'tariff explain': w('my-tariff.json --last-paid 100 --paid 100 --date 2026-11-24'),
  'tariff list': w(''),
  'tariff show': w(meter),
  'tariff change': w(`my-tariff.json --name Homes ${reason('the wholesale price rises')}`),
  'tariff back-test': w(`${id('tariff')} --months 12`),
  'tariff request': w(id('tariff')),
  'tariff meters': w(`${id('tariff')} --standing refused`),
  'tariff assign': w(`Homes --from 2026-12-01 --meter ${meter} ${reason('moved to this class')}`),
  'tariff assignment': w(`show ${id('assignment')}`),
  'protection check': w('rules.json', 'a rule document: every fault with its place'),
  'protection replay': w('--rules rules.json homes.csv', 'the rules on months that have been'),
  'protection propose': w(`--rules rules.json ${reason('winter begins')}`, 'asks for other rules'),
  'protection flag': w(
    `${meter} --set medical --evidence "letter of 3 May"`,
    'a home that depends on supply',
  ),
  'protection weather': w(
    '--declare cold --days 2026-12-24 --note "the weather service warned"',
    'days of heat or cold without cuts',
  ),
  'protection convert': w(
    `${meter} --on 2026-11-20 ${reason('was paid by bill')}`,
    'since when a home is prepaid',
  ),
  'protection landings': w('--state all', 'power limits by token as credit ends'),
};

const machine: Readonly<Record<string, Words>> = {
  'audit export': w('audit-2026 --env-file /etc/prewatt/server.env'),
  'broker certificate': w(
    '--out /etc/mosquitto/certs --host broker.example.org --owner root:mosquitto',
    'an authority and a certificate for a broker of your own; safe to repeat',
  ),
  'backup create': w('--to prewatt.backup'),
  'backup check': w('prewatt.backup'),
  'backup restore': w('prewatt.backup --data data'),
  'citus distribute': w('', 'spreads the readings over the nodes of a Citus cluster'),
  'database migrate': w('', 'brings the schema to this version'),
  'database logins': w(
    '--secrets-file /etc/prewatt/secrets.json',
    'lets the server’s roles sign in',
  ),
  doctor: w('--env-file /etc/prewatt/server.env'),
  'utility create': w(
    '"Riverside Power" --zone Africa/Nairobi --currency KES --least 10 --most 5000',
    'a utility from nothing',
  ),
  'utility list': w('', 'utilities of the database'),
  'operator add': w(
    'ada@example.org --utility "Riverside Power" --name Ada --role administrator',
    'somebody who may sign in',
  ),
  'operator list': w('--utility "Riverside Power"', 'who may sign in'),
  'operator password': w('ada@example.org', 'another password'),
  'operator end': w('ada@example.org', 'somebody may no longer sign in'),
  restore: w('--until 2026-11-30T12:00:00Z'),
  'restore check': w(''),
  verify: w('audit --keys keys.txt --before last.checkpoint --report report.html'),
  import: w('homes.csv --kind connections --dry-run --watch', 'a CSV file into the server'),
  'import status': w(id('import'), 'how far it is'),
  'import rows': w(id('import'), 'what was refused, and what to write instead'),
  'import cancel': w(id('import'), 'stops it; what was written stays'),
  'import resume': w(id('import'), 'goes on, or tries refused rows again'),
  export: w('sales > sales.csv', 'registers and books as CSV'),
  proof: w('', 'checks the laws over the whole database'),
  'proof clock': w(
    `--from 2026-11-20T08:00:00Z --to 2026-11-20T09:00:00Z ${reason('the clock was an hour ahead')}`,
    'asks to say that the server’s clock was wrong',
  ),
  print: w('receipt.escpos --printer 192.168.1.50', 'receipts to a network printer'),
  'rails check': w('--env-file /etc/prewatt/server.env'),
  'rails notifications': w('--show refused --provider daraja'),
  'rails notification': w(id('notification')),
  'rails replay': w(id('notification')),
  'rails seal': w('/etc/prewatt/secrets.json --key-file /etc/prewatt/master.key'),
  conform: w('--target dlms --host 10.20.0.7 --keys meter.json --decoder-key-file meter.key'),
  'xmlvend check': w(
    `--server https://vend.example.org:8443 --cert till.pem --key till.key --meter ${meter}`,
  ),
  'xmlvend load': w(
    `--server https://vend.example.org:8443 --cert till.pem --key till.key --meter ${meter} --count 500 --rate 20`,
    'trials at a steady rate, and how long each waited',
  ),
  'forecast eval': w('homes.csv', 'how good the forecast is on files of load'),
  'forecast show': w(meter, 'how long the credit of a home will last'),
  'revenue eval': w('feeders', 'how good the ranking is where it is known who stole'),
  'revenue rank': w('feeders --visits 5', 'whom to visit, with reasons'),
  'revenue balance': w('feeders', 'energy in, metered and unexplained, by feeder'),
  'revenue train': w('feeders', 'prints a model trained on the homes of a folder'),
  'sts issue': w(`--kwh 10.5 --vending-key-file vending.key --pan ${meter} --sgc 201457`),
  'sts read': w('7063 0503 4700 2872 6114 --decoder-key-file meter.key --oldest-tid 85740'),
  'sts key': w(`--vending-key-file vending.key --pan ${meter} --sgc 201457 --out meter.key`),
  'sts key-change': w(`--vending-key-file vending.key --pan ${meter} --sgc 201457 --new-ti 02`),
  'sts pan': w('12345678903'),
  'card new': w('card.hex --number 100000000000001'),
  'card show': w(`card.hex --meter ${meter} --decoder-key-file meter.key`),
  'card load': w(`card.hex ${meter} --tokens 70630503470028726114 --decoder-key-file meter.key`),
  'card put': w(`card.hex ${meter} --meter-page http://127.0.0.1:4101`),
  'card make': w('9000000000000019'),
  'card bridge': w('--origin https://power.example.org'),
  'sts check': w('packages/sts/test/vectors/*.json'),
};

const all: Readonly<Record<string, Words>> = {
  ...control,
  ...money,
  ...metersAndRules,
  ...machine,
};

/** Commands by group and name, such as "meter list". */
export const titles: readonly string[] = Object.keys(all);

export const exampleOf = (title: string): string | undefined => {
  const words = Object.hasOwn(all, title) ? all[title] : undefined;
  return words === undefined ? undefined : `prewatt ${title} ${words.example}`.trimEnd();
};

export const summaryOf = (title: string): string | undefined =>
  Object.hasOwn(all, title) ? all[title]?.summary : undefined;
