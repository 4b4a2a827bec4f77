// The audits of graphql-http, by which implementations of GraphQL over HTTP are compared.

import process from "node:process";
import { serverAudits } from "graphql-http";

const audits = serverAudits({
  url: process.env.RELATUM_GRAPHQL,
  fetchFn: (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${process.env.RELATUM_TOKEN}` } }),
});
const results = await Promise.all(audits.map((audit) => audit.fn()));
const failed = results.filter((result) => result.status !== "ok");
for (const { id, name, status, reason } of failed) {
  console.error(`${status}  ${id}  ${name}: ${reason}`);
}
console.log(`${results.length - failed.length} of ${results.length} audits pass`);
process.exitCode = failed.length === 0 && results.length > 0 ? 0 : 1;
