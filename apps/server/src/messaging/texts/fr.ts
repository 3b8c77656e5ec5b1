// Messages to customers in French.

import type { MessageTexts } from './texts.ts';

export const fr: MessageTexts = {
  'sale.debts':
    '{utility} : {paid} payés pour {home}, pour ce qui était dû ({what}). Aucune électricité achetée.',
  'sale.paid': '{utility} : {paid} payés pour {home}.',
  'sale.balance': 'Solde : {left}.',
  'sale.usedUp': 'Le solde est épuisé.',
  'sale.owes': 'Il reste {owed} à payer.',
  'sale.staysOff': 'Le courant reste coupé. Versez au moins {least} pour le retrouver.',
  'sale.mayGoOff': 'Le courant peut être coupé. Versez au moins {least} pour le garder.',
  'sale.hourCosts': 'Une heure à {power} coûte {sum}.',
  'sale.gets': '{utility} : {paid} payés, vous recevez {credit} pour {home}.',
  'sale.getsLess':
    '{utility} : {paid} payés, vous recevez {credit} pour {home} : le code contient {whole}, et le compteur prend {taken} pour ce qui a été utilisé sans crédit.',
  'sale.carried':
    '{utility} : le compteur de {home} compte de nouveau son crédit. Votre solde de {paid} devient {credit}.',
  'sale.ofCredit': '{money} de crédit',
  'sale.typeOne': 'Code {token}. Tapez-le sur votre compteur.',
  'sale.typeAll': 'Codes {tokens}. Tapez-les sur votre compteur, dans cet ordre.',
  'sale.typeAllLift':
    'Codes {tokens}. Tapez-les sur votre compteur, dans cet ordre ; ils lèvent aussi la limite de puissance.',
  'sale.sentOne': 'Code {token}. Nous l’envoyons à votre compteur ; s’il n’arrive pas, tapez-le.',
  'sale.sentAll':
    'Codes {tokens}. Nous les envoyons à votre compteur ; s’ils n’arrivent pas, tapez-les dans cet ordre.',
  'grant.free': '{utility} : {credit} gratuits pour {home}.',
  'grant.freeMoney': '{utility} : {credit} gratuits, {money} sur votre compteur pour {home}.',
  'grant.carried': '{utility} : {credit} reportés sur votre compteur pour {home}.',
  'grant.wallet': '{utility} : {credit} gratuits pour {home}, {money} sur votre solde.',
  'payer.bought':
    '{utility} : {amount} reçus pour le compteur finissant par {meterEnd} ({reference}). L’achat est arrivé dans ce foyer.',
  'payer.late':
    '{utility} : {amount} reçus pour le compteur finissant par {meterEnd} ({reference}). L’achat a du retard ; la compagnie le voit et s’en occupe.',
  'payer.takenBack':
    '{utility} : {amount} reçus pour le compteur finissant par {meterEnd} ({reference}). L’achat a été annulé ; demandez l’argent à la compagnie.',
  'alert.credit': 'le crédit pour {home}',
  'alert.money': 'le solde pour {home}',
  'alert.low': '{credit} est bas{left}{lasting}.',
  'alert.veryLow': '{credit} est très bas{left}{lasting}.',
  'alert.wasLow': '{credit} était bas {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} était très bas {at}{left}{lasting}.',
  'alert.at': 'à {time}',
  'alert.left': ' : il reste {amount}',
  'alert.leftBeside': ' (reste {amount})',
  'alert.enough': ', assez pour {usual} à votre rythme habituel',
  'alert.enoughNow': ', assez pour {present} à la puissance actuelle, {usual} au rythme habituel',
  'alert.then': 'Ensuite, le courant reste {promise}.',
  'alert.until': 'jusqu’à {time}',
  'alert.untilOwed': 'jusqu’à {time} ; environ {owed} seront à payer',
  'alert.owedUsualAndNow': '{usual} ({present} à la puissance actuelle)',
  'alert.owedNow': '{present} à la puissance actuelle',
  'alert.forNow': 'pour le moment',
  'alert.payIn': 'Versez : {url}',
  'alert.buyMore': 'Rechargez : {url}',
  'alert.buy': 'Achetez : {url}',
  'alert.pay': 'Payez : {url}',
  'alert.typeOne': 'Tapez votre code {token}.',
  'alert.typeAll': 'Tapez ces codes dans cet ordre : {tokens}.',
  'alert.typeOneOn': 'Tapez votre code {token} et le courant revient.',
  'alert.typeAllOn': 'Tapez ces codes dans cet ordre : {tokens} et le courant revient.',
  'alert.isOff': '{credit} est épuisé et le courant est coupé.',
  'alert.held':
    '{credit} est épuisé. C’est nous qui avons coupé le courant ; payer ne le rétablit pas.',
  'alert.takeEmergency': 'Vous pouvez prendre {amount} de crédit de secours sur le compteur.',
  'alert.anyPurchase': 'Tout achat le rétablit : {url}',
  'alert.payToTurnOn': 'Versez au moins {least} pour le rétablir.',
  'alert.staysWallet':
    '{credit} est épuisé. Le courant reste {promise} ; ce que vous utilisez sera à payer, et vos versements y vont d’abord.',
  'alert.staysToken':
    '{credit} est épuisé. Le courant reste {promise} ; ce que vous utilisez sera à payer, et une part de vos achats le rembourse.',
  'alert.staysEmergency':
    '{credit} est épuisé. Le courant reste grâce au crédit de secours ; vos versements y vont d’abord.',
  'alert.onAgain': 'le courant est revenu pour {home}.',
  'alert.onAgainSince': 'le courant est revenu pour {home}, depuis {time}.',
  'alert.endsNow':
    '{credit} suffit pour {present} à la puissance actuelle{left} ; au rythme habituel jusqu’à {usual}. Éteignez ce qui consomme beaucoup.',
  'alert.ends': '{credit} finit {usual} à votre rythme habituel{left}.',
  'alert.about': 'vers {time}',
  'alert.soon': 'bientôt',
  'alert.shortWhile': 'peu de temps',
  'alert.lessThan': 'moins de {span}',
  'alert.underMinute': 'moins d’une minute',
  'alert.weekUsed': '{amount} utilisés la semaine dernière.',
  'alert.weekLeft': 'Il reste {amount}{lasting}.',
  'topUp.why': 'le crédit pour {home} finit {end} à votre rythme habituel.',
  'topUp.phoneAsks':
    'Comme vous l’avez choisi, votre téléphone demande {amount} : acceptez ou refusez-y.',
  'topUp.payHere': 'Comme vous l’avez choisi, payez {amount} ici : {url}',
  'topUp.card':
    'Comme vous l’avez choisi, {amount} sont pris sur votre {card}. Le crédit vient une fois payé.',
  'topUp.failed':
    '{amount} pour {home} n’ont pas pu être pris sur votre carte. Pas de nouvel essai avant un jour.',
  'topUp.change': 'Pour changer cela : {url}',
  'topUp.buyOrChange': 'Pour acheter ou changer cela : {url}',
  'topUp.expected': 'Le crédit devait finir {end}, dans les {days} choisis.',
  'undone.purchase': '{utility} : votre achat de {amount} a été annulé.',
  'undone.void': 'Son code n’est plus valable : ne le tapez pas.',
  'undone.prepaid': 'L’argent est gardé pour votre prochain achat.',
  'undone.refund': 'L’argent vous est remboursé.',
  'undone.vendor': 'Le magasin vous rend l’argent.',
  'undone.connection': 'L’argent est allé au compteur pour lequel il était prévu.',
  'customer.gone':
    '{utility} : ce numéro ne voit plus {home} et n’y achète plus. Ce n’est pas voulu ?',
  'customer.now':
    '{utility} : ce numéro voit désormais {home} et y achète. Ce n’est pas chez vous ?',
  'customer.call': 'Appelez le {phone}.',
  'limit.lasts':
    '{utility} : d’après vos achats, le crédit pour {home} finit vers {end}. Pour qu’il dure jusque vers {until}, tapez {token} sur votre compteur : il permet alors {power} à la fois, gardez donc les gros appareils éteints. Si le courant se coupe, éteignez-les et appuyez sur le bouton du compteur. Votre prochain achat lève la limite.',
  'limit.lift':
    '{utility} : {home} n’a plus besoin de limite de puissance. Si vous avez tapé son code, tapez {token} sur votre compteur pour la lever.',
  'ahead.toWallet':
    '{home} passe au solde dès que son compteur répond. Le crédit du compteur devient de l’argent, et vos paiements n’ont plus besoin de code. Ensuite, ce que vous utilisez est pris sur l’argent ; quand il est épuisé, le courant est coupé, sauf si une règle le maintient.',
  'ahead.toOwingWallet':
    '{home} passe au solde dès que son compteur répond, et vos paiements n’ont plus besoin de code.',
  'ahead.lentNoPrice':
    'Les {lent} que le compteur vous a prêtés seront dus en argent, en entier et non par une part de chaque achat. Jusqu’au paiement, le courant ne reste que si une règle le maintient : {url}',
  'ahead.willOwe': 'Vous y devrez environ {owed}, en entier et non par une part de chaque achat.',
  'ahead.willOweLent':
    'Pour les {lent} que le compteur vous a prêtés, vous y devrez environ {owed}, en entier et non par une part de chaque achat.',
  'ahead.offMarked':
    'Le courant n’est pas coupé ; ce que vous utilisez sera à payer. Versez : {url}',
  'ahead.offAtOnce':
    'Le courant est coupé au changement, jusqu’à ce que vous versiez au moins {least} : {url}',
  'ahead.offRule':
    'Le courant est coupé quand la règle qui le maintient prend fin, sauf si vous versez au moins {least} maintenant, ou plus si c’est plus tard : {url}',
  'ahead.offEmergency':
    'Le courant est coupé quand le crédit de secours qui le maintient est épuisé, sauf si vous versez au moins {least} maintenant, ou plus si c’est plus tard : {url}',
  'ahead.offAt':
    'Le courant est coupé {time}, sauf si vous versez au moins {least} maintenant, ou plus si c’est plus tard : {url}',
  'ahead.toToken': '{home} passe du solde aux codes dès que son compteur répond.',
  'ahead.toTokenLeft': 'Vos {left} viennent comme code.',
  'ahead.toTokenOwed': 'Les {owed} que vous devez sont remboursés par une part de chaque achat.',
  'ahead.toTokenThen':
    'Ensuite, le compteur compte ce que vous achetez, et le courant est coupé quand c’est épuisé, sauf si une règle le maintient.',
  'ahead.noWallet': '{home} ne passe pas au solde. Vous payez comme avant.',
  'ahead.noTokens': '{home} ne passe pas aux codes. Vous payez comme avant.',
  'ahead.postpaid':
    'le compteur de {home} va compter ce que vous utilisez, sans crédit. Ensuite, le courant n’est plus coupé quand le crédit est épuisé.',
  'ahead.prepaid':
    'le compteur de {home} passe au prépaiement. Ensuite, le courant est coupé quand son crédit est épuisé, sauf si une règle le maintient. Achetez : {url}',
  'ahead.begins': '{home} a un solde depuis {time}, avec {left}{credit}.',
  'ahead.beginsEmpty': '{home} a un solde depuis {time}, vide{credit}.',
  'ahead.beginsOwing': '{home} a un solde depuis {time}, avec {owed} à payer{credit}.',
  'ahead.beginsLent': ', pour {lent} que le compteur vous avait prêtés',
  'ahead.beginsLentAt': ', pour {lent} que le compteur vous avait prêtés, à {price} le kWh',
  'ahead.beginsCredit': ', avec les {energy} qui restaient au compteur, à {price} le kWh',
  'ahead.beginsThen':
    'Ce que vous utilisez désormais, et les frais fixes échus, y sont pris au prochain relevé du compteur. Quand l’argent est épuisé, le courant est coupé, sauf si une règle le maintient. Versez : {url}',
  'ahead.beginsAdded':
    'Ce que vous utilisez désormais, et les frais fixes échus, s’y ajoutent au prochain relevé du compteur.',
  'ahead.held': 'nous avons coupé le courant de {home}. Payer ne le rétablit pas.',
  'ahead.heldSafety':
    'le courant de {home} est coupé par sécurité, jusqu’au {time} au plus tard. Payer ne le rétablit pas.',
  'ahead.ask': 'Demandez : {help}',
  'ahead.neverOff': 'le courant de {home} ne sera finalement pas coupé.',
  'ahead.freeButton':
    'nous ne coupons plus le courant de {home}. Appuyez sur le bouton du compteur pour le rétablir.',
  'ahead.freeItself':
    'nous ne coupons plus le courant de {home}. Il revient tout seul s’il y a du crédit.',
  'ahead.flagEnds':
    'la protection qui maintient le courant de {home} sans crédit finit le {day}. À partir du {next}, le courant est coupé quand le crédit est épuisé, comme ailleurs.',
  'ahead.flagTell': 'S’il vous la faut encore, dites-le-nous avant.',
  'ahead.flagCall': 'S’il vous la faut encore, appelez avant le {help}.',
  'ahead.flagEnded':
    'la protection qui maintenait le courant de {home} sans crédit a pris fin. Désormais, le courant est coupé quand le crédit est épuisé, comme ailleurs. Achetez à temps : {url}',
  'ahead.heatEnds': 'la règle des jours de chaleur prend fin.',
  'ahead.coldEnds': 'la règle des jours de froid prend fin.',
  'ahead.offUnlessBefore':
    'Le crédit de {home} est épuisé : le courant est coupé {time}, sauf si vous payez avant : {url}',
  'ahead.offUnlessLeastBefore':
    'Le crédit de {home} est épuisé : le courant est coupé {time}, sauf si vous payez au moins {least} avant : {url}',
  'ahead.heatGone': '{day} n’est plus un jour de chaleur sans coupure.',
  'ahead.coldGone': '{day} n’est plus un jour de froid sans coupure.',
  'ahead.now': 'maintenant',
  'ahead.offUnless':
    'Le crédit de {home} est épuisé : le courant est coupé {time}, sauf si vous payez : {url}',
  'ahead.offUnlessLeast':
    'Le crédit de {home} est épuisé : le courant est coupé {time}, sauf si vous payez au moins {least} : {url}',
  'ahead.graceAll':
    '{home} doit {lent}, plus que les {limit} que nous prêtons après le passage au prépaiement. Désormais, le courant est coupé quand le crédit est épuisé, sauf si une autre règle le maintient. Achetez : {url}',
  'ahead.gracePart':
    '{home} doit {lent} sur les {limit} que nous prêtons après le passage au prépaiement. Jusque-là, le courant reste sans crédit jusqu’au {until} ; au-delà, il est coupé. Achetez : {url}',
  'ahead.whileLow': ' tant que le crédit est bas',
  'ahead.tripped':
    '{home} a dépassé les {watts} W que son compteur permet{low}, et le courant s’est coupé. Éteignez ce qui consomme beaucoup. Il revient après une minute environ, ou quand vous appuyez sur le bouton du compteur ; après cinq fois en une heure, seulement par le bouton.',
  'ahead.trippedFive':
    'le courant de {home} s’est coupé cinq fois en une heure, au-dessus des {watts} W que son compteur permet{low}. Éteignez ce qui consomme beaucoup, puis appuyez sur le bouton du compteur : il ne revient pas tout seul.',
  'ahead.buyToLift': 'Achetez pour lever la limite : {url}',
  'ahead.lentAll':
    '{home} doit {lent}, plus que les {limit} que nous prêtons. Désormais, un courant coupé n’est pas rétabli aux heures sans coupure, jusqu’à ce que vous payiez.',
  'ahead.lentPart':
    '{home} doit {lent} sur les {limit} que nous prêtons. Au-delà, un courant coupé n’est pas rétabli aux heures sans coupure, jusqu’à ce que vous payiez.',
  'ahead.lentPay': 'Versez au moins {least} : {url}',
  'notice.tokenIssued': 'Votre code est là. Connectez-vous pour le voir.',
  'notice.walletCredited': 'Un paiement est arrivé.',
  'notice.saleReversed': 'Un achat a été annulé.',
  'notice.powerLimit': 'Du nouveau sur la puissance que vous pouvez utiliser.',
  'notice.creditLow': 'Votre crédit est bas.',
  'notice.creditVeryLow': 'Votre crédit est très bas.',
  'notice.supplyOff': 'Le courant est coupé.',
  'notice.protectedSupply': 'Votre crédit est épuisé. Pas de coupure pour le moment.',
  'notice.emergencyCredit': 'Vous utilisez le crédit de secours.',
  'notice.supplyRestored': 'Le courant est revenu.',
  'notice.endsInTwoDays': 'Votre crédit finit dans deux jours environ.',
  'notice.endsInHalfDay': 'Votre crédit finit dans une demi-journée environ.',
  'notice.endsAtPresentUse': 'À la puissance actuelle, votre crédit finit bientôt.',
  'notice.weeklyDigest': 'Votre semaine d’électricité est là.',
  'notice.paymentModeChanges': 'Votre façon de payer va changer.',
  'notice.walletBegins': 'Vous payez maintenant avec un solde.',
  'notice.supplyHeld': 'Du nouveau sur votre courant.',
  'notice.supplyReleased': 'Du nouveau sur votre courant.',
  'notice.protectionEnds': 'Une protection de votre foyer va finir.',
  'notice.lendingEnds': 'Du nouveau sur ce que vous devez.',
  'notice.limitReached': 'Du nouveau sur ce que vous devez.',
  'notice.topUp': 'Du nouveau sur votre recharge automatique.',
  'notice.customerChanged': 'Du nouveau sur votre foyer.',
  'notice.payerReceipt': 'Votre paiement pour un autre foyer est arrivé.',
  'notice.answer': 'Le bureau a répondu.',
  'mail.tokenHere': 'Votre code est là.',
  'mail.codeSubject': 'Votre code de confirmation',
  'mail.code':
    '{code} est votre code de confirmation. Tapez-le dans les 15 minutes sur la page où vous avez donné cette adresse.\n\nSi vous ne l’avez pas demandé, ne faites rien : aucun autre e-mail ne viendra.',
  'mail.receipt': 'État et reçu, 90 jours sans connexion : {url}',
  'mail.choices': 'Ce que vous recevez par e-mail : {url}',
};
