// Starts GraphiQL. The address says what stands in the editor: `?query=` a text, `#name` an example of this server.
"use strict";

const examples = JSON.parse(document.getElementById("examples").textContent);
const menu = document.querySelector(".examples");
menu.hidden = examples.length === 0;

// A socket is open for as long as something is subscribed to. The headers that were given go along where it begins.
let headers = {};
const live = graphqlWs.createClient({
  url: `${location.origin.replace(/^http/, "ws")}/graphql`,
  connectionParams: () => headers,
});

const isSubscription = ({ operationName }, options) =>
  options?.documentAST?.definitions.some(
    (each) => each.operation === "subscription" && (!operationName || each.name?.value === operationName),
  );

const fetcher = (parameters, options) => {
  headers = options?.headers ?? {};
  return isSubscription(parameters, options) ? live.iterate(parameters) : ask(parameters);
};

const ask = async (parameters) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json",
      ...headers,
    },
    body: JSON.stringify(parameters),
  });
  return response.json();
};

const named = () => examples.find((each) => each.name === decodeURIComponent(location.hash.slice(1)));
const given = () => new URLSearchParams(location.search).get("query");

const place = document.getElementById("graphiql");
const root = ReactDOM.createRoot(place);

// What was asked before is kept for each asker by himself: it may not be valid for the next.
const storage = GraphiQL.createLocalStorage({ namespace: `relatum:${place.dataset.asker}` });

// GraphiQL gives its editors no names, so a screen reader could not tell one from another.
const names = [
  [".graphiql-query-editor", "Query"],
  [".graphiql-editor-tool > :nth-of-type(1)", "Variables"],
  [".graphiql-editor-tool > :nth-of-type(2)", "Headers"],
  [".result-window", "Answer"],
];
new MutationObserver(() => {
  for (const [editor, name] of names)
    place.querySelector(`${editor} textarea:not([aria-label])`)?.setAttribute("aria-label", name);
}).observe(place, { childList: true, subtree: true });
let shown = 0;

const show = () => {
  const example = named();
  const query = example?.text ?? given() ?? undefined;
  const found = Object.keys(example?.variables ?? {}).length > 0;
  const variables = found ? JSON.stringify(example.variables, null, 2) : undefined;
  shown += 1;
  root.render(
    React.createElement(GraphiQL, {
      key: shown,
      fetcher,
      query,
      variables,
      storage,
      defaultQuery: examples[0]?.text ?? "{\n  __typename\n}\n",
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
