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
  'mail.choices': 'Ce que vous recevez par e-mail : {url}',
};
