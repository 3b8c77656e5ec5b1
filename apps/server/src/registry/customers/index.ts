// The public face of customers: who they are and which homes are theirs.

export {
  currentOccupancy,
  endOccupancy,
  giveOccupancies,
  type Occupancy,
  occupanciesOf,
  occupy,
  shownSince,
} from './occupancies.ts';
export {
  type Customer,
  type CustomerFields,
  changeCustomerRow,
  customerByPhone,
  customerByRequest,
  insertCustomer,
  loadCustomer,
  markMerged,
  mergedCustomers,
} from './store.ts';
