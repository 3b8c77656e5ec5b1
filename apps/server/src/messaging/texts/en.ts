// Messages to customers in English, from which the others are written: text messages, sentences of
// notifications, and what mails say beside them.

export const en = {
  'sale.debts':
    '{utility}: paid {paid} for {home}, for what was owed ({what}). No electricity was bought.',
  'sale.paid': '{utility}: paid {paid} for {home}.',
  'sale.balance': 'Balance now {left}.',
  'sale.usedUp': 'The balance is used up.',
  'sale.owes': '{owed} still owed.',
  'sale.staysOff': 'Supply stays off. Pay in at least {least} to turn it on.',
  'sale.mayGoOff': 'Supply may go off. Pay in at least {least} to keep it on.',
  'sale.hourCosts': 'An hour at {power} costs {sum}.',
  'sale.gets': '{utility}: paid {paid}, you get {credit} for {home}.',
  'sale.getsLess':
    '{utility}: paid {paid}, you get {credit} for {home}: the token has {whole}, and the meter takes {taken} for what was used without credit.',
  'sale.carried':
    '{utility}: the meter of {home} counts its credit again. Your balance of {paid} is {credit}.',
  'sale.ofCredit': '{money} of credit',
  'sale.typeOne': 'Token {token}. Type it at your meter.',
  'sale.typeAll': 'Tokens {tokens}. Type them at your meter, in this order.',
  'sale.typeAllLift':
    'Tokens {tokens}. Type them at your meter, in this order; they lift the power limit, too.',
  'sale.sentOne': 'Token {token}. We send it to your meter; if it does not arrive, type it.',
  'sale.sentAll':
    'Tokens {tokens}. We send them to your meter; if they do not arrive, type them in this order.',
  'grant.free': '{utility}: {credit} free of charge for {home}.',
  'grant.freeMoney': '{utility}: {credit} free of charge, {money} on your meter for {home}.',
  'grant.carried': '{utility}: {credit} carried over to your meter for {home}.',
  'grant.wallet': '{utility}: {credit} free of charge for {home}, {money} in your balance.',
  'payer.bought':
    '{utility}: {amount} came for the meter that ends in {meterEnd} ({reference}). What it bought is with that home.',
  'payer.late':
    '{utility}: {amount} came for the meter that ends in {meterEnd} ({reference}). What it buys is late; the utility sees that and puts it right.',
  'payer.takenBack':
    '{utility}: {amount} came for the meter that ends in {meterEnd} ({reference}). The purchase was taken back; ask the utility about the money.',
  'alert.credit': 'credit for {home}',
  'alert.money': 'the money for {home}',
  'alert.low': '{credit} is low{left}{lasting}.',
  'alert.veryLow': '{credit} is very low{left}{lasting}.',
  'alert.wasLow': '{credit} was low {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} was very low {at}{left}{lasting}.',
  'alert.at': 'at {time}',
  'alert.left': ': {amount} left',
  'alert.leftBeside': ' ({amount} left)',
  'alert.enough': ', enough for {usual} as you use it',
  'alert.enoughNow': ', enough for {present} at present use, {usual} as usual',
  'alert.then': 'Then supply stays on {promise}.',
  'alert.until': 'until {time}',
  'alert.untilOwed': 'until {time}; about {owed} will be owed',
  'alert.owedUsualAndNow': '{usual} ({present} at present use)',
  'alert.owedNow': '{present} at present use',
  'alert.forNow': 'for now',
  'alert.payIn': 'Pay in: {url}',
  'alert.buyMore': 'Buy more: {url}',
  'alert.buy': 'Buy: {url}',
  'alert.pay': 'Pay: {url}',
  'alert.typeOne': 'Type your token {token}.',
  'alert.typeAll': 'Type these tokens in this order: {tokens}.',
  'alert.typeOneOn': 'Type your token {token} and it is on again.',
  'alert.typeAllOn': 'Type these tokens in this order: {tokens} and it is on again.',
  'alert.isOff': '{credit} is used up and supply is off.',
  'alert.held':
    '{credit} is used up. Supply is switched off by us, and paying does not turn it on.',
  'alert.takeEmergency': 'You can take {amount} of emergency credit at the meter.',
  'alert.anyPurchase': 'Any purchase turns it on again: {url}',
  'alert.payToTurnOn': 'Pay in at least {least} to turn it on again.',
  'alert.staysWallet':
    '{credit} is used up. Supply stays on {promise}; what you use is owed, and what you pay in goes to that first.',
  'alert.staysToken':
    '{credit} is used up. Supply stays on {promise}; what you use is owed, and a part of what you buy pays it back.',
  'alert.staysEmergency':
    '{credit} is used up. Supply stays on with emergency credit; what you pay in goes to that first.',
  'alert.onAgain': 'supply for {home} is on again.',
  'alert.onAgainSince': 'supply for {home} is on again, since {time}.',
  'alert.endsNow':
    '{credit} is enough for {present} at present use{left}; as usual until {usual}. Switch off what draws much.',
  'alert.ends': '{credit} ends {usual} as you use it{left}.',
  'alert.about': 'about {time}',
  'alert.soon': 'soon',
  'alert.shortWhile': 'a short while',
  'alert.lessThan': 'less than {span}',
  'alert.underMinute': 'less than a minute',
  'alert.weekUsed': '{amount} used in the last week.',
  'alert.weekLeft': '{amount} left{lasting}.',
  'topUp.why': 'credit for {home} ends {end} as you use it.',
  'topUp.phoneAsks': 'As you chose, your phone asks for {amount}: confirm or refuse it there.',
  'topUp.payHere': 'As you chose, pay {amount} here: {url}',
  'topUp.card':
    'As you chose, {amount} is taken from your {card}. The credit comes once it is paid.',
  'topUp.failed':
    '{amount} for {home} could not be taken from your card. It is not tried again for a day.',
  'topUp.change': 'To change this: {url}',
  'topUp.buyOrChange': 'To buy or change this: {url}',
  'topUp.expected': 'Credit was expected to end {end}, within the {days} that were chosen.',
  'undone.purchase': '{utility}: your purchase of {amount} was undone.',
  'undone.void': 'Its token is void: do not type it.',
  'undone.prepaid': 'The money is kept for your next purchase.',
  'undone.refund': 'The money is paid back to you.',
  'undone.vendor': 'The shop gives you the money back.',
  'undone.connection': 'The money was moved to the meter for which it was meant.',
  'customer.gone': '{utility}: this number sees and buys no more for {home}. Not what you wanted?',
  'customer.now': '{utility}: this number sees and buys for {home} from now on. Not yours?',
  'customer.call': 'Call {phone}.',
  'limit.lasts':
    '{utility}: by your purchases, credit for {home} ends about {end}. To make it last until about {until}, type {token} at your meter: it then allows {power} at a time, so keep large appliances off. Should supply go off, switch them off and press the button on the meter. Your next purchase lifts the limit.',
  'limit.lift':
    '{utility}: {home} has no need of a power limit any more. If you typed the token for it, type {token} at your meter to lift it.',
  'ahead.toWallet':
    '{home} changes to a wallet as soon as its meter answers. The credit in the meter becomes money, and what you pay needs no token. From then on what you use is taken from the money; when it is used up supply goes off, unless a rule keeps it on.',
  'ahead.toOwingWallet':
    '{home} changes to a wallet as soon as its meter answers, and what you pay needs no token.',
  'ahead.lentNoPrice':
    'The {lent} that the meter has lent you will be owed in money, due in full and not as a part of each purchase. Until it is paid, supply stays on only while a rule keeps it on: {url}',
  'ahead.willOwe':
    'What you owe will be about {owed} owed in it, due in full and not as a part of each purchase.',
  'ahead.willOweLent':
    'The {lent} that the meter has lent you will be about {owed} owed in it, due in full and not as a part of each purchase.',
  'ahead.offMarked': 'Supply is not cut; what you use is owed. Pay in: {url}',
  'ahead.offAtOnce': 'Supply goes off with the change, until you pay in at least {least}: {url}',
  'ahead.offRule':
    'Supply goes off when the rule that keeps it on ends, unless you pay in at least {least} now, or more when you pay later: {url}',
  'ahead.offEmergency':
    'Supply goes off when emergency credit, which keeps it on, is used up, unless you pay in at least {least} now, or more when you pay later: {url}',
  'ahead.offAt':
    'Supply goes off {time} unless you pay in at least {least} now, or more when you pay later: {url}',
  'ahead.toToken': '{home} changes from the wallet to tokens as soon as its meter answers.',
  'ahead.toTokenLeft': 'Your {left} come as a token.',
  'ahead.toTokenOwed': 'The {owed} that you owe are repaid by a part of each purchase.',
  'ahead.toTokenThen':
    'From then on the meter counts what you buy, and supply goes off when it is used up, unless a rule keeps it on.',
  'ahead.noWallet': '{home} does not change to a wallet. You pay as before.',
  'ahead.noTokens': '{home} does not change to tokens. You pay as before.',
  'ahead.postpaid':
    'the meter of {home} is set to count what you use, without credit. From then on supply does not go off when credit is used up.',
  'ahead.prepaid':
    'the meter of {home} is set to prepayment. From then on supply goes off when its credit is used up, unless a rule keeps it on. Buy: {url}',
  'ahead.begins': '{home} has a wallet since {time}, with {left} in it{credit}.',
  'ahead.beginsEmpty': '{home} has a wallet since {time}, with nothing in it{credit}.',
  'ahead.beginsOwing': '{home} has a wallet since {time}, and {owed} are owed in it{credit}.',
  'ahead.beginsLent': ', for {lent} that the meter had lent you',
  'ahead.beginsLentAt': ', for {lent} that the meter had lent you, at {price} a kWh',
  'ahead.beginsCredit': ', with the {energy} that were left in the meter, at {price} a kWh',
  'ahead.beginsThen':
    'What you use from now on, and fixed charges that are due, are taken from it with the next report of the meter. When the money is used up supply goes off, unless a rule keeps it on. Pay in: {url}',
  'ahead.beginsAdded':
    'What you use from now on, and fixed charges that are due, are added with the next report of the meter.',
  'ahead.held': 'supply for {home} is switched off by us. Paying does not turn it on.',
  'ahead.heldSafety':
    'supply for {home} is switched off for safety, until {time} at the latest. Paying does not turn it on.',
  'ahead.ask': 'Ask: {help}',
  'ahead.neverOff': 'supply for {home} is not switched off after all.',
  'ahead.freeButton':
    'supply for {home} is not switched off by us any more. Press the button on your meter to turn it on.',
  'ahead.freeItself':
    'supply for {home} is not switched off by us any more. It comes on by itself if there is credit.',
  'ahead.flagEnds':
    'the protection that keeps supply for {home} on without credit ends with {day}. From {next} on supply goes off when credit is used up, as in other homes.',
  'ahead.flagTell': 'If you still need it, tell us before.',
  'ahead.flagCall': 'If you still need it, call {help} before.',
  'ahead.flagEnded':
    'the protection that keeps supply for {home} on without credit has ended. From now on supply goes off when credit is used up, as in other homes. Buy in time: {url}',
  'ahead.heatEnds': 'the rule for hot days ends.',
  'ahead.coldEnds': 'the rule for cold days ends.',
  'ahead.offUnlessBefore':
    'Supply for {home}, whose credit is used up, goes off {time} unless you pay before: {url}',
  'ahead.offUnlessLeastBefore':
    'Supply for {home}, whose credit is used up, goes off {time} unless you pay at least {least} before: {url}',
  'ahead.heatGone': '{day} is no longer a hot day without cuts.',
  'ahead.coldGone': '{day} is no longer a cold day without cuts.',
  'ahead.now': 'now',
  'ahead.offUnless':
    'Supply for {home}, whose credit is used up, goes off {time} unless you pay: {url}',
  'ahead.offUnlessLeast':
    'Supply for {home}, whose credit is used up, goes off {time} unless you pay at least {least}: {url}',
  'ahead.graceAll':
    '{home} owes {lent}, more than the {limit} that we lend after the change to prepayment. From now on supply goes off when credit is used up, unless another rule keeps it on. Buy: {url}',
  'ahead.gracePart':
    '{home} owes {lent} of the {limit} that we lend after the change to prepayment. Up to there supply stays on without credit until {until}; beyond that it goes off. Buy: {url}',
  'ahead.whileLow': ' while credit is low',
  'ahead.tripped':
    '{home} used more than the {watts} W that its meter allows{low}, and supply went off. Switch off what draws much. Supply comes back after about a minute, or when you press the button on the meter; after five times within an hour only by the button.',
  'ahead.trippedFive':
    'supply for {home} has gone off five times within an hour, above the {watts} W that its meter allows{low}. Switch off what draws much, then press the button on the meter: supply does not come back by itself.',
  'ahead.buyToLift': 'Buy to lift the limit: {url}',
  'ahead.lentAll':
    '{home} owes {lent}, more than the {limit} that we lend. From now on supply that has gone off is not turned on again in the hours without cuts, until you pay.',
  'ahead.lentPart':
    '{home} owes {lent} of the {limit} that we lend. Beyond that supply that has gone off is not turned on again in the hours without cuts, until you pay.',
  'ahead.lentPay': 'Pay in at least {least}: {url}',
  'notice.tokenIssued': 'Your token is here. Sign in to see it.',
  'notice.walletCredited': 'A payment has arrived.',
  'notice.saleReversed': 'A purchase was undone.',
  'notice.powerLimit': 'There is news about the power that you may use.',
  'notice.creditLow': 'Your credit is low.',
  'notice.creditVeryLow': 'Your credit is very low.',
  'notice.supplyOff': 'Your supply is off.',
  'notice.protectedSupply': 'Your credit is used up. Supply stays on for now.',
  'notice.emergencyCredit': 'Your supply runs on emergency credit.',
  'notice.supplyRestored': 'Your supply is on again.',
  'notice.endsInTwoDays': 'Your credit ends in about two days.',
  'notice.endsInHalfDay': 'Your credit ends in about half a day.',
  'notice.endsAtPresentUse': 'At present use your credit ends soon.',
  'notice.weeklyDigest': 'Your week in electricity is here.',
  'notice.paymentModeChanges': 'The way you pay is about to change.',
  'notice.walletBegins': 'You pay from a balance now.',
  'notice.supplyHeld': 'There is news about your supply.',
  'notice.supplyReleased': 'There is news about your supply.',
  'notice.protectionEnds': 'A protection of your home is about to end.',
  'notice.lendingEnds': 'There is news about what you owe.',
  'notice.limitReached': 'There is news about what you owe.',
  'notice.topUp': 'There is news about your automatic top-up.',
  'notice.customerChanged': 'There is news about your home.',
  'notice.payerReceipt': 'Your payment for another home has arrived.',
  'notice.answer': 'The office has answered.',
  'mail.tokenHere': 'Your token is here.',
  'mail.codeSubject': 'Your code',
  'mail.code':
    '{code} is your code. Type it on the page where you gave this address, within 15 minutes.\n\nIf you did not ask for it, do nothing: no more mail will come.',
  'mail.receipt': 'State and receipt, 90 days without sign-in: {url}',
  'mail.choices': 'What you get by mail: {url}',
} as const;
