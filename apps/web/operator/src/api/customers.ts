// Customers: listed, read, changed and merged; homes that change hands.

import { type BodyOf, connectionApi, customerApi, type FileForm, pathOf } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import type { CustomersSearch } from '../state/search.ts';
import { client, orThrow, paged } from './read.ts';

export const customersKey = ['customers'] as const;
export const customerKey = (customerId: string) => ['customer', customerId] as const;

const queryOf = ({ customers: show, search, sort, order }: CustomersSearch) => ({
  ...(show === undefined ? {} : { show }),
  ...(search === undefined ? {} : { search }),
  ...(sort === undefined ? {} : { sort }),
  ...(order === undefined ? {} : { order }),
});

export const customersQuery = (search: CustomersSearch) =>
  paged(customerApi.list, {
    key: [...customersKey, new URLSearchParams(queryOf(search)).toString()],
    input: { query: queryOf(search) },
  });

export const customersFile = (search: CustomersSearch, as: FileForm): string =>
  pathOf(customerApi.file, { query: { ...queryOf(search), as } });

/** Whom a text may mean, for choosing one. */
export const customersFoundQuery = (text: string) =>
  queryOptions({
    queryKey: [...customersKey, 'found', text],
    queryFn: ({ signal }) =>
      orThrow(client.call(customerApi.list, { query: { search: text }, signal })),
    enabled: text.length >= 2,
  });

export const customerQuery = (customerId: string) =>
  queryOptions({
    queryKey: customerKey(customerId),
    queryFn: ({ signal }) => orThrow(client.call(customerApi.detail, { id: customerId, signal })),
    refetchInterval: 30_000,
  });

export const customerSalesQuery = (id: string) =>
  paged(customerApi.sales, { key: [...customerKey(id), 'sales'], input: { id } });
export const contactQuery = (id: string) =>
  paged(customerApi.contact, { key: [...customerKey(id), 'contact'], input: { id } });

export const makeCustomer = (body: BodyOf<typeof customerApi.make>) =>
  orThrow(client.call(customerApi.make, { body }));
export const editCustomer = (id: string, body: BodyOf<typeof customerApi.change>) =>
  orThrow(client.call(customerApi.change, { id, body }));
export const mergeCustomers = (id: string, body: BodyOf<typeof customerApi.merge>) =>
  orThrow(client.call(customerApi.merge, { id, body }));
export const unmergeCustomers = (id: string, body: BodyOf<typeof customerApi.unmerge>) =>
  orThrow(client.call(customerApi.unmerge, { id, body }));
export const changeTenant = (id: string, body: BodyOf<typeof connectionApi.tenant>) =>
  orThrow(client.call(connectionApi.tenant, { id, body }));
