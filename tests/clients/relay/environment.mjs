import relay from "relay-runtime";

const { Environment, Network, RecordSource, Store } = relay;

export const connect = (address, token) => {
  const ask = async ({ text: query }, variables) => {
    const answer = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return answer.json();
  };
  return new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });
};
