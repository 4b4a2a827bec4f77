import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

export const connect = (address, token, updates = {}) =>
  new Client({
    url: `${address}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({ resolvers: { Query: { organizations: relayPagination() } }, updates }),
      fetchExchange,
    ],
  });
