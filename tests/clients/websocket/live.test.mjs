// The client of graphql-ws against the server: what it asks, what it is told of changes, and how it comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const address = process.env.RELATUM_GRAPHQL.replace(/^http/, "ws");
const token = `Bearer ${process.env.RELATUM_TOKEN}`;

const connected = (authorization = token) =>
  createClient({ url: address, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });

const first = async (answers) => (await answers.next()).value;

const create = async (client, name) => {
  const query = "mutation ($name: String!) { createPerson(input: {name: $name}) { record { id name } changeCursor } }";
  const { data, errors } = await first(client.iterate({ query, variables: { name } }));
  assert.equal(errors, undefined);
  return data.createPerson;
};

const PEOPLE = `subscription ($since: String) {
  peopleChanges(operations: [CREATED], since: $since) { cursor operation type record { id ... on Person { name } } }
}`;

// The answers to a subscription, when it is certain to have begun: what is created before does not count.
const people = async (client, since) => client.iterate({ query: PEOPLE, variables: { since } });

test("a query is answered once", async () => {
  const client = connected();
  const answers = client.iterate({ query: "{ people(first: 1) { nodes { id } } }" });
  assert.equal((await first(answers)).data.people.nodes.length, 1);
  assert.equal((await answers.next()).done, true);
  await client.dispose();
});

test("a client that comes back with its cursor misses nothing and sees nothing twice", async () => {
  const client = connected();
  const { changeCursor } = await create(client, "Before");
  const answers = await people(client, changeCursor);
  await create(client, "Cleo");
  await create(client, "Dora");
  const { cursor, operation, type, record } = (await first(answers)).data.peopleChanges;
  assert.deepEqual([operation, type, record.name], ["CREATED", "Person", "Cleo"]);
  client.terminate();

  const again = connected();
  await create(again, "Emil");
  const rest = await people(again, cursor);
  const names = [];
  for (let each = 0; each < 2; each += 1) names.push((await first(rest)).data.peopleChanges.record.name);
  assert.deepEqual(names, ["Dora", "Emil"]);
  await create(again, "Fritz");
  assert.equal((await first(rest)).data.peopleChanges.record.name, "Fritz");
  await rest.return();
  await again.dispose();
});

test("what is wrong with one operation leaves the others alone", async () => {
  const client = connected();
  const { changeCursor } = await create(client, "Gustav");
  const good = await people(client, changeCursor);
  for (const [query, code] of [
    ["subscription {", "GRAPHQL_PARSE_FAILED"],
    ["subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"],
    ['subscription { peopleChanges(since: "x") { cursor } }', "BAD_CURSOR"],
  ]) {
    const failed = await client.iterate({ query }).next().catch((errors) => errors);
    assert.equal(failed[0].extensions.code, code);
  }
  await create(client, "Hanna");
  assert.equal((await first(good)).data.peopleChanges.record.name, "Hanna");
  await good.return();
  await client.dispose();
});

test("nobody is let in by a wrong token", async () => {
  const client = connected("Bearer rlt_t_wrong");
  const closed = await client.iterate({ query: "{ __typename }" }).next().catch((event) => event);
  assert.equal(closed.code, 4403);
});
