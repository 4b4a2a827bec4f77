// Apollo Client against the demo: a query, paging, and mutations after which its cache says what the server says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gql } from "@apollo/client";
import { connect } from "./client.mjs";

const client = connect(process.env.RELATUM_DEMO, process.env.RELATUM_DEMO_TOKEN);

const PAGE = gql`
  query Page($first: Int!, $after: String) {
    organizations(first: $first, after: $after, orderBy: [{ name: ASC }]) {
      totalCount
      edges { cursor node { id name employees(first: 2) { edges { role node { id givenName } } } } }
      pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
    }
  }
`;

const names = (data) => data.organizations.edges.map((each) => each.node.name);

test("pages are put together by relayStylePagination", async () => {
  const watched = client.watchQuery({ query: PAGE, variables: { first: 5 } });
  const shown = watched.subscribe(() => undefined);
  const { data: first } = await watched.refetch();
  await watched.fetchMore({ variables: { first: 5, after: first.organizations.pageInfo.endCursor } });
  const together = client.readQuery({ query: PAGE, variables: { first: 5 } });
  shown.unsubscribe();
  const { data } = await client.query({ query: PAGE, variables: { first: 10 }, fetchPolicy: "no-cache" });
  assert.deepEqual(names(together), names(data));
  assert.equal(first.organizations.totalCount, data.organizations.totalCount);
});

test("an interface is read by fragments on its types", async () => {
  const { data } = await client.query({
    query: gql`
      fragment Shown on Party { label }
      { parties(first: 3) { nodes { __typename id ...Shown ... on Organization { name } } } }
    `,
  });
  assert.equal(data.parties.nodes.length, 3);
  for (const { __typename, label, name } of data.parties.nodes) {
    assert.equal(typeof label, "string");
    assert.equal(name, __typename === "Organization" ? label : undefined);
  }
});

test("what a mutation changed is changed wherever it is shown", async () => {
  const variables = { first: 1 };
  const before = (await client.query({ query: PAGE, variables, fetchPolicy: "network-only" })).data.organizations.edges[0].node;
  const { data } = await client.mutate({
    mutation: gql`
      mutation Rename($id: ID!, $name: String!) {
        updateOrganization(id: $id, patch: { name: $name }) { record { id name } changeCursor }
      }
    `,
    variables: { id: before.id, name: `${before.name} & Sons` },
  });
  assert.equal(data.updateOrganization.record.name, `${before.name} & Sons`);
  const shown = client.readQuery({ query: PAGE, variables });
  assert.equal(shown.organizations.edges[0].node.name, `${before.name} & Sons`);
});

test("a record that is new is put where it belongs", async () => {
  const query = gql`
    query Found($name: String!) { organizations(filter: { name: { eq: $name } }) { edges { node { id name } } } }
  `;
  const variables = { name: "Apollo's" };
  assert.deepEqual(names((await client.query({ query, variables })).data), []);
  const { data } = await client.mutate({
    mutation: gql`
      mutation Create($name: String!) {
        createOrganization(input: { name: $name, employees: { create: [{ role: "buyer", node: { familyName: "Ada" } }] } }) {
          record { id name employees { edges { role node { id familyName } } } }
        }
      }
    `,
    variables,
    update: (cache, { data: { createOrganization: { record } } }) => {
      const { __typename, id, name } = record;
      const edges = [{ __typename: "OrganizationEdge", node: { __typename, id, name } }];
      cache.writeQuery({ query, variables, data: { organizations: { __typename: "OrganizationConnection", edges } } });
    },
  });
  const [tie] = data.createOrganization.record.employees.edges;
  assert.deepEqual([tie.role, tie.node.familyName], ["buyer", "Ada"]);
  assert.deepEqual(names(client.readQuery({ query, variables })), ["Apollo's"]);
});

test("an error has its code", async () => {
  const mutation = gql`mutation { createOrganization(input: { name: "" }) { record { id } } }`;
  const failed = await client.mutate({ mutation }).catch((error) => error);
  assert.equal(typeof failed.errors[0].extensions.code, "string");
});
