// A file by the form that browsers make, there and back.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import process from "node:process";

const { RELATUM_GRAPHQL: address, RELATUM_TOKEN: token } = process.env;
const authorization = `Bearer ${token}`;
const content = randomBytes(3_000_000);
const query = `mutation ($input: CreateProduct!) {
  createProduct(input: $input) { record { manual { name mediaType size url } } }
}`;
const form = new FormData();
form.append("operations", JSON.stringify({ query, variables: { input: { title: "Kettle", manual: null } } }));
form.append("map", JSON.stringify({ file: ["variables.input.manual"] }));
form.append("file", new File([content], 'Für "alle".pdf', { type: "application/pdf" }));

const answer = await fetch(address, {
  method: "POST",
  headers: { authorization, "graphql-preflight": "1" },
  body: form,
});
const { data, errors } = await answer.json();
assert.equal(errors, undefined);
const { manual } = data.createProduct.record;
assert.deepEqual(
  { ...manual, url: undefined },
  { name: 'Für "alle".pdf', mediaType: "application/pdf", size: content.length, url: undefined },
);
const served = await fetch(new URL(manual.url, address), { headers: { authorization } });
assert.equal(served.status, 200);
assert.deepEqual(Buffer.from(await served.arrayBuffer()), content);
console.log("a file came back as it went");
