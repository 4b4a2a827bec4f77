// urql with its normalised cache against the demo: a query, paging, and mutations after which its cache is right.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gql } from "@urql/core";
import { connect } from "./client.mjs";

const FOUND = gql`
  query Found($name: String!) {
    found: organizations(filter: { name: { eq: $name } }) { edges { node { id name } } }
  }
`;
const updates = {
  Mutation: {
    createOrganization: ({ createOrganization: { record } }, _, cache) =>
      cache.updateQuery({ query: FOUND, variables: { name: record.name } }, (data) => ({
        ...data,
        found: {
          ...data.found,
          edges: [...data.found.edges, { __typename: "OrganizationEdge", node: record }],
        },
      })),
  },
};
const client = connect(process.env.RELATUM_DEMO, process.env.RELATUM_DEMO_TOKEN, updates);

const PAGE = gql`
  query Page($first: Int!, $after: String) {
    organizations(first: $first, after: $after, orderBy: [{ name: ASC }]) {
      edges { cursor node { id name } }
      pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
    }
  }
`;

const ask = async (query, variables, context) => {
  const { data, error } = await client.query(query, variables, context).toPromise();
  assert.equal(error, undefined);
  return data;
};
const change = async (mutation, variables) => {
  const { data, error } = await client.mutation(mutation, variables).toPromise();
  assert.equal(error, undefined);
  return data;
};
const names = (connection) => connection.edges.map((each) => each.node.name);

test("pages are put together by relayPagination", async () => {
  const first = await ask(PAGE, { first: 4 });
  const { endCursor, hasNextPage } = first.organizations.pageInfo;
  assert.equal(hasNextPage, true);
  const together = await ask(PAGE, { first: 4, after: endCursor });
  const { data } = await connect(process.env.RELATUM_DEMO, process.env.RELATUM_DEMO_TOKEN)
    .query(PAGE, { first: 8 })
    .toPromise();
  assert.deepEqual(names(together.organizations), names(data.organizations));
});

test("what a mutation changed is changed wherever it is shown", async () => {
  const [{ node }] = (await ask(PAGE, { first: 1 })).organizations.edges;
  const name = `${node.name} urql`;
  const RENAME = gql`
    mutation Rename($id: ID!, $name: String!) {
      updateOrganization(id: $id, patch: { name: $name }) { record { id name } }
    }
  `;
  await change(RENAME, { id: node.id, name });
  const shown = await ask(PAGE, { first: 1 }, { requestPolicy: "cache-only" });
  assert.equal(shown.organizations.edges[0].node.name, name);
});

test("a record that is new is put where it belongs", async () => {
  const variables = { name: "urql's" };
  assert.deepEqual(names((await ask(FOUND, variables)).found), []);
  const CREATE = gql`
    mutation Create($name: String!) { createOrganization(input: { name: $name }) { record { id name } } }
  `;
  await change(CREATE, variables);
  assert.deepEqual(names((await ask(FOUND, variables, { requestPolicy: "cache-only" })).found), ["urql's"]);
});
