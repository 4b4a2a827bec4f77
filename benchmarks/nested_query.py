"""The nested query: fifty organizations, ten people each with the tie between them, and their open deals.

Once as a client asks it, and once as the statement that a patient person would write for it by hand.
"""

from collections.abc import Mapping
from typing import Final

from relatum.connections import DialectName

QUERY: Final = """
query Nested($after: String) {
  organizations(first: 50, orderBy: [{name: ASC}], after: $after) {
    edges {
      node {
        name
        employees(first: 10, orderBy: [{validFrom: ASC}]) {
          edges { role validFrom node { id givenName familyName email } }
        }
        deals(filter: {node: {state: {eq: open}}}) {
          edges { node { amount { amount currency } } }
        }
      }
    }
  }
}
"""

CURSORS: Final = """
query Cursors($after: String) {
  organizations(first: 50, orderBy: [{name: ASC}], after: $after) {
    pageInfo { endCursor hasNextPage }
  }
}
"""

BY_HAND: Final[Mapping[DialectName, str]] = {
    "postgresql": """
SELECT json_build_object('data', json_build_object('organizations', json_build_object('edges', (
  SELECT coalesce(json_agg(json_build_object('node', row_to_json(page))), '[]'::json) FROM (
    SELECT
      organization.name,
      (SELECT json_build_object('edges', coalesce(json_agg(row_to_json(edge)), '[]'::json)) FROM (
        SELECT
          tie.role,
          tie.valid_from AS "validFrom",
          (SELECT row_to_json(person) FROM (
            SELECT id, given_name AS "givenName", family_name AS "familyName", email
            FROM base__person WHERE id = tie.source_id
          ) AS person) AS node
        FROM base__works_at AS tie
        WHERE tie.target_id = organization.id
          AND (tie.valid_from IS NULL OR tie.valid_from <= $3)
          AND (tie.valid_to IS NULL OR tie.valid_to > $3)
        ORDER BY tie.valid_from NULLS FIRST, tie.id
        LIMIT 10
      ) AS edge) AS employees,
      (SELECT json_build_object('edges', coalesce(json_agg(row_to_json(edge)), '[]'::json)) FROM (
        SELECT json_build_object('amount', json_build_object(
          'amount', deal.amount__amount::text, 'currency', deal.amount__currency
        )) AS node
        FROM benchmark__deal_with AS tie JOIN benchmark__deal AS deal ON deal.id = tie.source_id
        WHERE tie.target_id = organization.id AND deal.state = 'open'
        ORDER BY tie.id
        LIMIT 100
      ) AS edge) AS deals
    FROM base__organization AS organization
    WHERE (organization.name__key, organization.id) > ($1::text, $2::uuid)
    ORDER BY organization.name__key, organization.id
    LIMIT 50
  ) AS page
))))
""",
    "sqlite": """
SELECT CAST(json_object('data', json_object('organizations', json_object('edges', (
  SELECT json_group_array(json_object('node', json_object(
    'name', page.name,
    'employees', (SELECT json_object('edges', json_group_array(json_object(
        'role', edge.role,
        'validFrom', edge.valid_from,
        'node', (SELECT json_object(
            'id', lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-'
              || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)),
            'givenName', given_name, 'familyName', family_name, 'email', email
          ) FROM base__person WHERE id = edge.source_id)
      ))) FROM (
        SELECT tie.role, tie.valid_from, tie.source_id
        FROM base__works_at AS tie
        WHERE tie.target_id = page.id
          AND (tie.valid_from IS NULL OR tie.valid_from <= ?3)
          AND (tie.valid_to IS NULL OR tie.valid_to > ?3)
        ORDER BY tie.valid_from, tie.id
        LIMIT 10
      ) AS edge),
    'deals', (SELECT json_object('edges', json_group_array(json_object('node', json_object(
        'amount', json_object(
          'amount', printf('%d.%02d', edge.amount__amount / 100, edge.amount__amount % 100),
          'currency', edge.amount__currency
        )
      )))) FROM (
        SELECT deal.amount__amount, deal.amount__currency
        FROM benchmark__deal_with AS tie CROSS JOIN benchmark__deal AS deal ON deal.id = tie.source_id
        WHERE tie.target_id = page.id AND deal.state = 'open'
        ORDER BY tie.id
        LIMIT 100
      ) AS edge)
  ))) FROM (
    SELECT id, name
    FROM base__organization
    WHERE (name__key, id) > (?1, ?2)
    ORDER BY name__key, id
    LIMIT 50
  ) AS page
)))) AS BLOB)
""",
}
"""Takes the folded name and the id after which the page begins, and today."""
