import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  renderBuy,
  renderHome,
  renderMessages,
  renderMeter,
  renderPowerLimit,
  renderPrices,
  renderQuote,
  renderSale,
  renderSaleFragment,
} from './index.ts';
import { elements, pageFaults, parseHtml, textOf } from './page-check.ts';
import * as samples from './samples.ts';
import { allPages } from './samples-pages.ts';
import { shortStates, walletHome, walletStates } from './samples-wallet.ts';

const { frame, home, buy, quote, sale, saleStates, flat, nowMs } = samples;

const text = (page: string) => textOf(parseHtml(page));

test('every page in every state is sound HTML with names for all controls and nothing inline', () => {
  for (const [name, page] of allPages()) assert.deepEqual(pageFaults(page), [], name);
});

test('text from outside never becomes HTML, in any field of any view', () => {
  const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)`;
  const plain = allPages();
  // Integers, dates, zones and closed words are checked by the server's types and schemas; all
  // other strings are free.
  const closed =
    /^(-?\d{1,19}|\d{4}-\d\d-\d\d|[A-Z]{3}|Africa\/\w+|connected|disconnected|readyForReconnection|inCredit|lowCredit|outOfCredit|energy|tax|fee|debt|done|doing|waiting|failed|issued|delivered|stuck|awaitingPayment|paymentRefused|paymentExpired|reversed|freeUnits|freeCredit|replacement|keyChange|to|from|limit|lift|unknown|accepted|refused|automatic|token|enabled|\d{4}-\d\d|\d{4}-\d\d-\d\dT[\d:.]+Z|purchase|payment|never|on|off|paused|stopped|ask|card|open|paid|late|takenBack|notPaid|notPossible|day|week|month|year|\d{4}-\d\d-\d\dT\d\d|\d{1,3}\.\d)$/;
  const poison = <T>(value: T): T => {
    if (typeof value === 'string') return (closed.test(value) ? value : attack + value) as T;
    if (Array.isArray(value)) return value.map(poison) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poison(v)])) as T;
  };
  // A longer token has more groups, so spans are left out of the comparison.
  const shape = (page: string) =>
    elements(parseHtml(page)).flatMap((node) => (node.name === 'span' ? [] : node.name));
  for (const [name, page] of allPages(poison)) {
    assert.deepEqual(pageFaults(page), [], name);
    const clean = shape(plain.get(name) ?? '').join(' ');
    assert.equal(shape(page).join(' '), clean, name);
    assert.ok(page.includes('&lt;script&gt;'), name);
  }
});

test('every form posts the anti-forgery value to one of our paths; those of trial and use only read', () => {
  for (const [name, page] of allPages()) {
    for (const form of elements(parseHtml(page)).filter((node) => node.name === 'form')) {
      assert.match(form.attributes.get('action') ?? '', /^\//, name);
      const hidden = elements(form).find((node) => node.attributes.get('name') === 'csrf');
      if (/\/(price|use#lasting)$/.test(form.attributes.get('action') ?? '')) {
        // It reads only, and the value must not get into an address.
        assert.deepEqual([form.attributes.get('method'), hidden], ['get', undefined], name);
        continue;
      }
      assert.equal(form.attributes.get('method'), 'post', name);
      assert.equal(hidden?.attributes.get('value'), frame.csrf, name);
    }
  }
});

test('home says credit, how long it lasts, power, today, supply and last contact', () => {
  const said = text(renderHome(frame, home));
  for (const words of [
    'Credit left 38.4 kWh',
    'Lasts until Thursday about 19:00',
    'Power now 1.26 kW',
    'Used today 4.3 kWh',
    'Supply is on',
    'last reported 2 minutes ago (today 12:29)',
    'R 0.42 is kept for your next purchase',
    'Corner shop',
  ]) {
    assert.ok(said.includes(words), words);
  }
  assert.ok(!said.includes('Demonstration'));
});

test('the days are drawn and also told as a table; a day without a reading is not a zero', () => {
  const page = parseHtml(renderHome(frame, home));
  const bars = elements(page).filter((node) => node.attributes.get('class')?.startsWith('bar'));
  assert.equal(bars.length, 13);
  const rows = elements(page).filter((node) => node.name === 'tr');
  assert.equal(rows.length, 15);
  assert.ok(rows.some((row) => textOf(row) === 'Sun 15 Nov no reading'));
  assert.ok(rows.some((row) => textOf(row) === 'Tue 24 Nov (so far) 4.3 kWh'));
});

test('a home without readings and purchases still makes sense', () => {
  const said = text(renderHome(frame, samples.newHome));
  assert.match(said, /No report from your meter yet/);
  assert.match(said, /No purchases yet/);
  assert.match(said, /You owe R 1,250\.00/);
  assert.doesNotMatch(said, /NaN|null|undefined/);
});

test('no page ever shows a slip of the pen', () => {
  for (const [name, page] of allPages()) {
    assert.doesNotMatch(text(page), /NaN|\bnull\b|undefined|Invalid Date|\[object/, name);
  }
});

test('buying by one touch sends an amount that the parser reads', () => {
  const buttons = elements(parseHtml(renderBuy(frame, buy))).filter(
    (node) => node.name === 'button' && node.attributes.get('name') === 'amount',
  );
  assert.deepEqual(
    buttons.map((button) => [button.attributes.get('value'), textOf(button)]),
    [
      ['20.00', 'R 20'],
      ['50.00', 'R 50'],
      ['100.00', 'R 100'],
      ['200.00', 'R 200'],
      ['120.50', 'R 120.50'],
    ],
  );
});

test('a refused amount is shown again with what to mend', () => {
  const page = parseHtml(renderBuy(frame, { ...buy, amount: '12,5', problem: 'Use a point.' }));
  const field = elements(page).find((node) => node.attributes.get('id') === 'amount');
  assert.equal(field?.attributes.get('value'), '12,5');
  assert.equal(field?.attributes.get('aria-invalid'), 'true');
  assert.match(textOf(page), /Use a point\./);
});

test('a quote shows every deduction with its reason, and what is kept', () => {
  const said = text(renderQuote(frame, quote));
  for (const line of samples.lines) assert.ok(said.includes(line.explanation), line.label);
  assert.match(said, /32\.4 kWh/);
  assert.match(said, /Kept from before.*\+ R 0\.42/);
  assert.match(said, /Kept for next time.*R 0\.50/);
  // Parts of what is paid: no line is a sum that is given back.
  assert.doesNotMatch(said, /−/);
  assert.match(said, /Pay R 100\.00/);
});

test('an offer that the server refused says why and leads to a new one', () => {
  const said = text(renderQuote(frame, { ...quote, problem: 'This offer is too old.' }));
  assert.match(said, /This offer is too old\..*Ask for a new offer/);
  assert.doesNotMatch(text(renderQuote(frame, quote)), /new offer/);
});

test('an offer says until when it is good, never a time that is past', () => {
  assert.match(text(renderQuote(frame, quote)), /good until today 12:46/);
  const late = text(renderQuote(frame, { ...quote, expiresAtMs: nowMs }));
  assert.doesNotMatch(late, /good until/);
});

test('a token stands in five groups of four and can be copied whole', () => {
  const page = parseHtml(renderSale(frame, sale));
  const token = elements(page).find((node) => node.attributes.get('class') === 'token');
  assert.ok(token);
  assert.equal(textOf(token), '1234 5678 9012 3456 7890');
  const copy = elements(page).find((node) => node.attributes.has('data-copy'));
  assert.equal(copy?.attributes.get('data-copy'), '12345678901234567890');
});

test('money paid into a wallet is in the balance, and no token is spoken of', () => {
  const paid = {
    ...saleStates.delivered,
    energyWh: '0',
    tokens: [],
    steps: [],
    lines: [],
    why: [],
  };
  const into = { ...paid, broughtForwardMinor: '-1500', remainderMinor: '8500' };
  const page = text(renderSale(frame, into));
  assert.match(page, /The money is in your balance/);
  assert.match(page, /You pay R 100\.00 Owed before R 15\.00 Balance after R 85\.00/);
  assert.doesNotMatch(page, /kWh|meter took|token/i);
});

test('a payment that is too small for what is owed says what becomes of supply', () => {
  const at = (name: string) => text(renderSale(frame, shortStates[name] ?? saleStates.stuck));
  const off =
    /You still owe R 92\.16 ?\. Supply stays off\. Pay in at least R 95\.00 to have it on/;
  assert.match(at('off'), off);
  assert.match(at('on'), /Supply may go off\. Pay in at least R 95\.00 to keep it on/);
  assert.match(at('marked'), /You still owe R 92\.16/);
  assert.doesNotMatch(at('marked'), /Supply|Pay in at least/);
  assert.doesNotMatch(at('off'), /do not need to do anything/);
});

test('each state of a sale says what happened and what to do', () => {
  const said = (name: keyof typeof saleStates) => text(renderSaleFragment(frame, saleStates[name]));
  assert.match(said('awaitingPayment'), /Waiting for word of your payment.*Go on to payment/);
  assert.match(said('paymentRefused'), /did not go through.*Try again/);
  assert.match(said('paymentExpired'), /If you did pay, it still counts/);
  assert.match(said('issued'), /It goes to your meter by itself/);
  assert.match(said('noLink'), /Type the 20 digits below into your meter/);
  assert.match(said('delivered'), /Your meter took 32\.4 kWh\. You do not need to do anything/);
  assert.match(said('stuck'), /money is safe.*call \+27 11 555 0100/);
  assert.match(said('keyChange'), /Type them in this order.*1111 2222 3333 4444 5555/);
  assert.doesNotMatch(said('awaitingPayment'), /Your token/);
});

test('the receipt comes with the payment, so it moves with the rest', () => {
  const before = text(renderSaleFragment(frame, saleStates.awaitingPayment));
  assert.match(before, /What you asked for/);
  const after = renderSaleFragment(frame, saleStates.issued);
  assert.match(
    text(after),
    /Tax number 4010203040 Sold by Riverside Power.*Payment number SBX-7K2MQ9T4XW1B/,
  );
  assert.match(after, /data-print/);
  assert.match(after, /href="\/sales\/[^"]+\/receipt\.pdf">Receipt as PDF</);
  assert.doesNotMatch(renderSaleFragment(frame, saleStates.awaitingPayment), /receipt\.pdf/);
});

test('steps tell their state in words, not by colour alone', () => {
  const said = text(renderSaleFragment(frame, sale));
  assert.match(said, /Paid : done today 12:30.*Sent to your meter : happening now/);
  assert.match(said, /Accepted by your meter : not yet/);
});

test('without scripts a sale asks again by itself until nothing more will happen', () => {
  const asks = (name: keyof typeof saleStates) =>
    renderSale(frame, saleStates[name]).includes('<noscript><meta http-equiv="refresh"');
  assert.ok(asks('awaitingPayment') && asks('issued') && asks('stuck') && asks('paymentExpired'));
  assert.ok(!asks('delivered') && !asks('paymentRefused'));
});

test('the fragment is the part of the page that moves', () => {
  for (const view of Object.values(saleStates)) {
    assert.ok(renderSale(frame, view).includes(renderSaleFragment(frame, view)));
  }
});

test('a payment address that is no web address is not linked', () => {
  const page = renderSale(frame, {
    ...saleStates.awaitingPayment,
    checkoutUrl: 'javascript:alert(1)',
  });
  assert.doesNotMatch(page, /javascript:/);
});

test('the demonstration says that its time runs faster', () => {
  const said = text(renderHome({ ...frame, clockSpeed: 60 }, home));
  assert.match(
    said,
    /Demonstration\. No real money\. Time runs 60 times as fast: it is now Tue 24 Nov, 12:31/,
  );
});

test('who has the prices in the meter reads that it charges the new ones by itself', () => {
  const said = text(renderPrices(frame, { ...samples.prices, charging: 'meter' }));
  assert.match(said, /Your meter holds these prices: it charges electricity as you use it/);
  assert.match(said, /From 1 December 2026.*also from the money that is in it by then\./s);
  assert.doesNotMatch(text(renderPrices(frame, samples.prices)), /Your meter/);
});

test('prices are said in sentences, with what changes and from which day', () => {
  const said = text(renderPrices(frame, samples.prices));
  for (const words of [
    'Prices since 1 July 2026',
    'The first 50 kWh of a month: R 1.65 per kWh.',
    'From 1 December 2026',
    'New: Taxes and levies: VAT: 15.5 % of the energy.',
    'No longer: Taxes and levies: VAT: 15 % of the energy.',
  ]) {
    assert.ok(said.includes(words), `${words} in ${said}`);
  }
});

test('an offer and a receipt say why they give more or less than last time', () => {
  for (const page of [renderQuote(frame, quote), renderSale(frame, sale)]) {
    assert.match(text(page), /Last time 16\.8 kWh, now 32\.4 kWh, because you paid R 50\.00 more/);
  }
  const first = text(renderQuote(frame, { ...quote, why: [] }));
  assert.doesNotMatch(first, /last time\?/);
});

test('a wallet says money, what use costs and what was charged, and no word of tokens', () => {
  const said = text(renderHome(frame, walletHome));
  for (const words of [
    'Your balance R 84.20 Lasts until Thursday about 19:00',
    'Cost today R 7.90',
    'Cost this month R 212.40',
    'Today so far Used 4.3 kWh. Energy R 6.87, VAT R 1.03. R 7.90',
    'Used 7.9 kWh, 2.5 kWh of it free this month. Energy R 10.25. Charged again: A reading came late',
    'Paid in R 100.00',
    'In your balance',
  ]) {
    assert.ok(said.includes(words), `${words} in ${said}`);
  }
  for (const [name, page] of allPages()) {
    if (name.includes('wallet')) assert.doesNotMatch(text(page), /\btoken|kept for your/i, name);
  }
});

test('a wallet below zero says what is owed, how long supply stays, and to pay in', () => {
  const at = (name: string) =>
    text(renderHome(frame, { ...walletHome, live: walletStates[name] ?? home.live }));
  assert.match(at('owing'), /You owe R 1,242\.10 Your money is used up\./);
  assert.match(at('owing'), /about R 1,250\.00 will be owed\. Pay in before then to keep it on\./);
  assert.match(
    at('off'),
    /Supply is off: your money is used up Pay in at least R 10\.00 and it comes back on\. An hour at 5\.00 kW costs R 9\.48\./,
  );
  assert.match(
    at('begun'),
    /Costs count from today \d\d:\d\d on, when this home changed to a wallet/,
  );
  assert.doesNotMatch(at('low'), /Costs count from/);
  assert.match(at('low'), /Supply is on\. Your money is low Pay in soon/);
  assert.doesNotMatch(at('unheard'), /Your meter shows your credit/);
});

test('paying in says what is owed, where the money goes, and about how long it is enough', () => {
  assert.match(text(renderBuy(frame, { ...buy, walletMinor: '-4210' })), /You owe: R 42\.10/);
  assert.match(text(renderBuy(frame, { ...buy, walletMinor: '4210' })), /Your balance: R 42\.10/);
  const said = text(renderQuote(frame, { ...quote, isWallet: true }));
  assert.match(said, /Pay in R 100\.00 R 100\.00 for the balance of Flat 12/);
  assert.match(said, /enough for about 32\.4 kWh/);
  const anHour = { powerW: '5000', minor: '948' };
  const owing = { balanceAfterMinor: '-15700', isOff: true, leastMinor: '18701', anHour };
  const still = text(renderQuote(frame, { ...quote, isWallet: true, energyWh: '0', owing }));
  assert.match(
    still,
    /You will still owe R 157\.00 ?\. Supply stays off then\. Pay in at least R 187\.01 to have it on again\. An hour at 5\.00 kW costs R 9\.48\./,
  );
  assert.doesNotMatch(still, /enough for/);
  const back = { ...owing, balanceAfterMinor: '100' };
  assert.match(
    text(renderQuote(frame, { ...quote, isWallet: true, owing: back })),
    /It pays what you owe first\. Supply comes back on with it\./,
  );
  assert.match(
    text(renderQuote(frame, { ...quote, creditMinor: '3000', recoveredMinor: '1500' })),
    /R 15\.00 on the meter of .* The token has R 30\.00; the meter takes R 15\.00 of it/,
  );
});

test('the choices of messages speak of money where money is paid in', () => {
  const at = (isWallet: boolean) => text(renderMessages(frame, { ...samples.messages, isWallet }));
  assert.match(at(true), /Your money ends in about two days/);
  assert.doesNotMatch(at(true), /[Cc]redit/);
  assert.match(at(false), /Credit ends in about two days/);
});

test('tokens that are given stand on the home page with their digits, in the order of typing', () => {
  const said = text(renderHome(frame, home));
  assert.match(said, /Free units of the month: 50([.,]0)? kWh/);
  assert.match(said, /0123 4567 8901 2345 6789/);
  assert.match(said, /New key for your meter.*1123 4567 8901 2345 6789.*2123 4567 8901 2345 6789/s);
  assert.doesNotMatch(text(renderHome(frame, samples.newHome)), /Tokens for your meter/);
});

test('a home whose meter holds money says money, and no energy of what is owed', () => {
  const money = { ...home.live, availableEnergyWh: '4', owedEnergyWh: '10' };
  const left = { ...money, moneyOnMeter: 'R 42.10' };
  const said = text(renderHome(frame, { ...home, given: [], live: left }));
  assert.match(said, /Credit left R 42\.10/);
  assert.doesNotMatch(said, /used up|You owe/);
  const spent = { ...money, moneyOnMeter: 'R 0.00', creditStatus: 'outOfCredit' } as const;
  const owed = text(renderHome(frame, { ...home, live: spent }));
  assert.match(owed, /Your credit is used up\./);
  assert.doesNotMatch(owed, /You owe 0\.0 kWh/);
});

test('the meter’s page says what it is doing and what its credit is, in words', () => {
  const { meter } = samples;
  const said = text(renderMeter(frame, meter));
  for (const words of [
    'Supply On',
    'When supply comes back By itself',
    'Power limit 9.20 kW',
    'Credit in use What you bought',
    'Emergency credit You take it at your meter 2.0 kWh',
    'To be paid back A part of what you buy next pays it 0.4 kWh',
    'It warns below 3.0 kWh',
  ]) {
    assert.ok(said.includes(words), `${words} in: ${said}`);
  }
  const off = { ...meter, loadSwitch: 'disconnected', openReasons: ['credit'] } as const;
  assert.match(text(renderMeter(frame, off)), /Supply Because credit is used up Off/);
  const unknown = { ...off, loadSwitch: null, switchUnknownSinceMs: nowMs - 7_200_000 };
  const silent = text(renderMeter(frame, unknown));
  assert.match(silent, /Supply Not known since today \d\d:\d\d/);
  assert.doesNotMatch(silent, /Because/);
  const wallet = text(renderMeter(frame, { ...meter, credit: null }));
  assert.doesNotMatch(wallet, /credit|paid back/i);
  const { credit } = meter;
  assert.ok(credit !== null);
  const inMoney = text(
    renderMeter(frame, {
      ...meter,
      credit: {
        ...credit,
        warnsBelow: { amount: 'R 7.50' },
        emergency: { status: 'enabled', left: { amount: 'R 5.00' }, isAutomatic: false },
        owed: { amount: 'R 0.00' },
        standingPrices: [{ label: 'Service', price: 'R 0.50 a day' }],
      },
    }),
  );
  assert.match(inMoney, /Emergency credit You take it at your meter R 5\.00/);
  assert.match(inMoney, /Service Before taxes R 0\.50 a day/);
  assert.match(inMoney, /It warns below R 7\.50/);
  assert.doesNotMatch(inMoney, /kWh/);
  const money = { ...credit, owed: { amount: 'R 4.20' }, chargesDue: 'R 25.00' };
  assert.match(
    text(renderMeter(frame, { ...meter, credit: money })),
    /next pays it R 4\.20 Charges that wait Taken from what you buy R 25\.00/,
  );
  assert.match(text(renderMeter(frame, { ...meter, saidAtMs: null })), /has not reported to us/);
});

test('a power limit by token says what it does, why, its digits and how it goes again', () => {
  const { powerLimit } = samples;
  const note = text(renderHome(frame, { ...home, powerLimit }));
  assert.match(note, /limits your meter to 1\.20 kW/);
  assert.doesNotMatch(note, /3123 4567/, 'the digits are on the page about it');
  assert.doesNotMatch(text(renderHome(frame, home)), /Power limit/);
  const page = (limit: typeof powerLimit) =>
    text(renderPowerLimit(frame, { connection: flat, limit }));
  const said = page(powerLimit);
  assert.match(said, /allows 1\.20 kW at a time once the token is typed/);
  assert.match(said, /ends about tomorrow 09:00\. With the limit it lasts until about Thursday/i);
  assert.match(said, /3123 4567 8901 2345 6789/);
  assert.match(said, /next purchase brings one token more.*allows 9\.20 kW again/);
  assert.doesNotMatch(said, /Your meter (took|refused)/);
  assert.match(page({ ...powerLimit, said: 'accepted' }), /Your meter took the token/);
  assert.match(page({ ...powerLimit, said: 'refused' }), /Your meter refused the token/);
  const lift = page({ ...powerLimit, what: 'lift' });
  assert.match(lift, /not limited any more.*allows 9\.20 kW again.*3123 4567 8901/s);
  assert.doesNotMatch(lift, /Your next purchase/);
});

test('a sale that was undone or moved says when, and which meter has it', () => {
  const undone = samples.saleStates['reversed'];
  assert.ok(undone !== undefined);
  const said = text(renderSale(frame, undone));
  assert.match(said, /Undone on .*2026/);
  assert.match(said, /Moved to meter 600727 01234567891 1/);
  const from = { direction: 'from', meterPan: '600727 01234567891 1' } as const;
  const here = text(renderSale(frame, { ...samples.sale, moved: from }));
  assert.match(here, /Moved here from meter 600727 01234567891 1/);
  assert.doesNotMatch(here, /Undone/);
});

test('where the utility has a clock of twelve hours the rules of a home and its prices go by it', () => {
  const home12 = text(renderHome({ ...frame, hours: 12 }, home));
  assert.match(home12, /No cut on any day between 6:00\spm and 8:00\sam of the next day/);
  assert.doesNotMatch(home12, /18:00/);
  const sections = [{ title: 'Peak', sentences: ['Peak: Monday to Friday, 17:00 to 20:00.'] }];
  const prices = renderPrices({ ...frame, hours: 12 }, { ...samples.prices, sections });
  assert.match(text(prices), /5:00\spm to 8:00\spm/);
});
