import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

export const connect = (address, token) =>
  new ApolloClient({
    link: new HttpLink({ uri: `${address}/graphql`, headers: { authorization: `Bearer ${token}` } }),
    cache: new InMemoryCache({
      possibleTypes: { Party: ["Household", "Organization", "Person"] },
      typePolicies: {
        Query: { fields: { organizations: relayStylePagination(["filter", "orderBy"]) } },
      },
    }),
  });
