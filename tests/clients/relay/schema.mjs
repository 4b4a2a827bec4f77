import { writeFileSync } from "node:fs";

const { RELATUM_DEMO, RELATUM_DEMO_TOKEN } = process.env;
const answer = await fetch(`${RELATUM_DEMO}/schema.graphql`, {
  headers: { authorization: `Bearer ${RELATUM_DEMO_TOKEN}` },
});
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
writeFileSync("schema.graphql", await answer.text());
