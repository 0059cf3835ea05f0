/** A unit's households as Relay reads them: a connection in a refetchable fragment, so that pages follow by `node`. */
import { graphql } from 'relay-runtime';

export const unit = graphql`
  query householdsQuery($code: String!, $first: Int!) {
    unit(code: $code) {
      id
      name
      ...households_unit @arguments(first: $first)
    }
  }
`;

export const households = graphql`
  fragment households_unit on Unit
  @refetchable(queryName: "householdsPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
    households(first: $first, after: $after, order: { by: HEAD_NAME }) @connection(key: "unit_households") {
      edges {
        node {
          id
          ...households_line
        }
      }
    }
  }
`;

export const line = graphql`
  fragment households_line on Household {
    headName
    people
    members(first: 5) {
      name
    }
  }
`;
