// Starts GraphiQL. The address says what stands in the editor: `?query=` a text, `#name` an example of this server.
"use strict";

const examples = JSON.parse(document.getElementById("examples").textContent);
const menu = document.querySelector(".examples");
menu.hidden = examples.length === 0;

const fetcher = async (parameters, options) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json",
      ...options?.headers,
    },
    body: JSON.stringify(parameters),
  });
  return response.json();
};

const named = () => examples.find((each) => each.name === decodeURIComponent(location.hash.slice(1)));
const given = () => new URLSearchParams(location.search).get("query");

const root = ReactDOM.createRoot(document.getElementById("graphiql"));
let shown = 0;

const show = () => {
  const query = named()?.text ?? given() ?? undefined;
  shown += 1;
  root.render(
    React.createElement(GraphiQL, {
      key: shown,
      fetcher,
      query,
      defaultQuery: examples[0]?.text ?? "{\n  viewer {\n    roles\n  }\n}\n",
      defaultEditorToolsVisibility: false,
      shouldPersistHeaders: false,
    }),
  );
};

addEventListener("hashchange", () => {
  menu.open = false;
  show();
});
menu.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && link.hash === location.hash) {
    menu.open = false;
    show();
  }
});
show();
