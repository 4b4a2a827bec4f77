// What Relay's compiler made of the schema, run by its runtime against the demo: paging, fragments, refetching, mutations.
import assert from "node:assert/strict";
import { test } from "node:test";
import relay from "relay-runtime";
import { connect } from "./environment.mjs";

const { ConnectionHandler, commitMutation, createOperationDescriptor, fetchQuery, getSelector } = relay;
const artifact = async (name) => (await import(`./src/__generated__/${name}.graphql.js`)).default;

const environment = connect(process.env.RELATUM_DEMO, process.env.RELATUM_DEMO_TOKEN);
const firms = await artifact("FirmsQuery");
const list = await artifact("Firms_list");
const firm = await artifact("Firm_firm");
const reach = await artifact("Party_reach");

const ask = (query, variables) => fetchQuery(environment, query, variables).toPromise();
const mutate = (mutation, variables) =>
  new Promise((onCompleted, onError) => {
    commitMutation(environment, { mutation, variables, onCompleted, onError });
  });
const look = (fragment, reference) => environment.lookup(getSelector(fragment, reference)).data;
const shown = (first) => {
  const root = environment.lookup(createOperationDescriptor(firms, { first }).fragment).data;
  return look(list, root).organizations.edges.map(({ node }) => ({ id: node.id, ...look(firm, node) }));
};
environment.retain(createOperationDescriptor(firms, { first: 3 }));

test("pages are put together, each with what fragments ask", async () => {
  await ask(firms, { first: 3 });
  assert.equal(shown(3).length, 3);
  const root = environment.lookup(createOperationDescriptor(firms, { first: 3 }).fragment).data;
  const after = look(list, root).organizations.pageInfo.endCursor;
  await ask(await artifact("FirmsPageQuery"), { first: 3, after });
  const together = shown(3);
  assert.equal(together.length, 6);
  const names = together.map((each) => each.name);
  assert.deepEqual(names, [...names].sort((one, other) => one.localeCompare(other)));
  const [{ role, node }] = together.flatMap((each) => each.employees.edges);
  assert.equal(typeof role, "string");
  assert.equal(look(reach, node).__typename, "Person");
});

test("a fragment is fetched again by its node's id, with the next page of an end", async () => {
  const { id } = shown(3)[0];
  const answer = await ask(await artifact("FirmQuery"), { id, first: 1 });
  assert.equal(answer.node.id ?? id, id);
});

test("what a mutation changed is changed wherever it is shown", async () => {
  const { id, name } = shown(3)[0];
  const answer = await mutate(await artifact("FirmsRenameMutation"), { id, name: `${name} (relay)` });
  assert.equal(answer.updateOrganization.record.id, id);
  assert.equal(shown(3)[0].name, `${name} (relay)`);
});

test("a record that is new is put into its connection", async () => {
  const before = shown(3).length;
  const connections = [ConnectionHandler.getConnectionID("client:root", "Firms_organizations", { orderBy: [{ name: "ASC" }] })];
  await mutate(await artifact("FirmsCreateMutation"), { name: "Relay's", connections });
  const after = shown(3);
  assert.deepEqual([after.length, after.at(-1).name], [before + 1, "Relay's"]);
});
