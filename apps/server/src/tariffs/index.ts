// Tariffs of a utility: their versions in time and which one holds for a connection.

export {
  type AssignedTariff,
  assignedOn,
  createTariffs,
  type NextTariff,
  type TariffInForce,
  type Tariffs,
  type TariffsInForce,
} from './in-force.ts';
