// Revenue protection: the energy balance of an area, and its homes ranked by what a visit is worth,
// with reasons. Pure: readings come in as arrays, a model as a document.

export { type AreaSum, lossesAbove, sumOfArea } from './area-sum.ts';
export {
  type BackBill,
  type BackBillInput,
  type BackBillRefusal,
  backBillBasisText,
  backBillOf,
  mostBackBillDays,
} from './back-bill.ts';
export {
  type AreaBalance,
  type BalanceParts,
  type BalanceState,
  balanceOf,
  balanceOfArea,
  balanceStates,
  balanceText,
  wrongTopologyAt,
} from './balance.ts';
export type { Change } from './change-point.ts';
export {
  type AtCapacity,
  capacitiesPercent,
  type Evaluation,
  evaluateRanking,
  type Judged,
  type KindCount,
  type KindPrecision,
} from './evaluation.ts';
export {
  type AreaFeatures,
  type FeatureName,
  type FeatureVector,
  featureNames,
  featuresOfArea,
  featureTable,
  type HomeFacts,
  type HomeFeatures,
} from './features.ts';
export { type Fine, type FineRule, fineOf } from './fine.ts';
export { type HomeChart, homeChart } from './home-chart.ts';
export { type HeldState, type HonestState, honestStateOf, honestStates } from './honest-states.ts';
export {
  type Model,
  type ModelDocument,
  type ModelError,
  probabilityOf,
  readModel,
  scoreVector,
} from './model.ts';
export {
  type Need,
  type NeedFacts,
  type NeedReason,
  type NeedSign,
  needOf,
  needSigns,
} from './need.ts';
export {
  type AreaResidual,
  likelyArea,
  type PlacementFit,
  placementFit,
  seemsElsewhere,
} from './placement.ts';
export {
  type LineReason,
  type RankedLine,
  type Ranking,
  type RankingInput,
  type RankingOptions,
  rankHomes,
} from './ranking.ts';
export { type AreaReadings, type HomeReadings, missingWh } from './readings.ts';
export {
  type EvidenceName,
  evidenceGroups,
  type Reason,
  reasonsOf,
  withoutEvidence,
} from './reasons.ts';
export { shippedModel } from './shipped-model.ts';
export { type HomeSignals, type SignalName, signalReasons, signalWeights } from './signals.ts';
export {
  type SimulatedAreas,
  type SimulatedLabel,
  type SimulationOptions,
  simulateAreas,
  type TrueLoad,
} from './simulated-areas.ts';
export { type LoadOptions, simulateLoads } from './simulated-loads.ts';
export { simulateVoltages } from './simulated-voltages.ts';
export { type HonestKind, honestKinds, type TheftKind, theftKinds } from './simulated-ways.ts';
export { type LossPrior, usualLosses } from './technical-loss.ts';
export {
  behindByDay,
  levelsBelow,
  type NetworkLink,
  nodesAbove,
  type Tree,
  treeOn,
} from './topology.ts';
export { crossScores, foldOf, type TrainingRow, trainModel, unseenKindScores } from './training.ts';
export {
  type AreaVending,
  type VendingBalance,
  type VendingState,
  vendingBalanceOf,
  vendingStates,
  vendingText,
} from './vending-balance.ts';
export {
  metresBetween,
  type PlaceOnRoute,
  type Position,
  readPosition,
  routeOf,
  type Stop,
  streetOf,
  type VisitRoute,
} from './visit-route.ts';
export {
  placeByVoltage,
  type VoltageEvidence,
  type VoltageHome,
  type VoltagePlace,
} from './voltage-placement.ts';
