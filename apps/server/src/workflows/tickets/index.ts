// The public face of tickets.

export { actOnTicket, openTicket, type TicketRefusal } from './service.ts';
export {
  loadTicket,
  overdueTickets,
  type Ticket,
  ticketEvents,
  ticketPage,
  ticketsOf,
} from './store.ts';
