import { graphql } from "relay-runtime";

export const page = graphql`
  query FirmsQuery($first: Int!) { ...Firms_list @arguments(first: $first) }
`;

export const list = graphql`
  fragment Firms_list on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "FirmsPageQuery") {
    organizations(first: $first, after: $after, orderBy: [{ name: ASC }]) @connection(key: "Firms_organizations") {
      edges { node { id ...Firm_firm } }
    }
  }
`;

export const firm = graphql`
  fragment Firm_firm on Organization
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" })
  @refetchable(queryName: "FirmQuery") {
    name
    employees(first: $first, after: $after) @connection(key: "Firm_employees") {
      edges { role validFrom node { givenName ...Party_reach } }
    }
  }
`;

export const party = graphql`
  fragment Party_reach on Party { __typename phone }
`;

export const rename = graphql`
  mutation FirmsRenameMutation($id: ID!, $name: String!) {
    updateOrganization(id: $id, patch: { name: $name }) { record { id name } }
  }
`;

export const create = graphql`
  mutation FirmsCreateMutation($name: String!, $connections: [ID!]!) {
    createOrganization(input: { name: $name }) {
      record @appendNode(connections: $connections, edgeTypeName: "OrganizationEdge") { id name }
    }
  }
`;
