"""The questions as statements that a patient person would write, one for each database.

They take, in this order: `One` and `Suppliers` an id; `Page` the folded name and the id after which it begins, and today;
`Region` a region, three stages, an amount (on SQLite in cents) and its currency; `Stages` nothing.
"""

from collections.abc import Mapping
from typing import Final

from relatum.connections import DialectName

_UUID: Final = (
    "lower(substr(hex({0}), 1, 8) || '-' || substr(hex({0}), 9, 4) || '-' || substr(hex({0}), 13, 4) "
    "|| '-' || substr(hex({0}), 17, 4) || '-' || substr(hex({0}), 21))"
)


def _uuid(column: str) -> str:
    return _UUID.format(column)


POSTGRESQL: Final[Mapping[str, str]] = {
    "One": """
SELECT json_build_object('data', json_build_object('organization', (
  SELECT row_to_json(one) FROM (
    SELECT id, name, domain, industry, employees, revenue::text AS revenue
    FROM market__organization WHERE id = $1
  ) AS one
)))
""",
    "Page": """
SELECT json_build_object('data', json_build_object('organizations', json_build_object('edges', (
  SELECT coalesce(json_agg(json_build_object('node', row_to_json(page))), '[]'::json) FROM (
    SELECT
      organization.name,
      (SELECT json_build_object('edges', coalesce(json_agg(row_to_json(edge)), '[]'::json)) FROM (
        SELECT
          tie.role,
          tie.valid_from AS "validFrom",
          (SELECT row_to_json(person) FROM (
            SELECT id, first_name AS "firstName", last_name AS "lastName", email
            FROM market__person WHERE id = tie.source_id
          ) AS person) AS node
        FROM market__works_at AS tie
        WHERE tie.target_id = organization.id
          AND (tie.valid_from IS NULL OR tie.valid_from <= $3)
          AND (tie.valid_to IS NULL OR tie.valid_to > $3)
        ORDER BY tie.valid_from NULLS FIRST, tie.id
        LIMIT 10
      ) AS edge) AS people,
      (SELECT json_build_object('edges', coalesce(json_agg(row_to_json(edge)), '[]'::json)) FROM (
        SELECT json_build_object('amount', json_build_object(
          'amount', deal.amount__amount::text, 'currency', deal.amount__currency
        )) AS node
        FROM market__deal_for AS tie JOIN market__deal AS deal ON deal.id = tie.source_id
        WHERE tie.target_id = organization.id AND deal.stage = 'open'
        ORDER BY tie.id
        LIMIT 100
      ) AS edge) AS deals
    FROM market__organization AS organization
    WHERE (organization.name__key, organization.id) > ($1::text, $2::uuid)
    ORDER BY organization.name__key, organization.id
    LIMIT 50
  ) AS page
))))
""",
    "Region": """
SELECT json_build_object('data', json_build_object('deals', json_build_object('nodes', (
  SELECT coalesce(json_agg(row_to_json(page)), '[]'::json) FROM (
    SELECT
      deal.id, deal.title, deal.stage,
      json_build_object('amount', deal.amount__amount::text, 'currency', deal.amount__currency) AS amount,
      json_build_object('name', organization.name) AS organization
    FROM market__located_in AS location
    JOIN market__deal_for AS tie ON tie.target_id = location.source_id
    JOIN market__deal AS deal ON deal.id = tie.source_id
    JOIN market__organization AS organization ON organization.id = tie.target_id
    WHERE location.target_id = $1
      AND deal.stage IN ($2, $3, $4)
      AND deal.amount__amount > $5 AND deal.amount__currency = $6
    ORDER BY deal.amount__amount DESC, deal.id
    LIMIT 20
  ) AS page
))))
""",
    "Suppliers": """
WITH reached AS MATERIALIZED (
  SELECT DISTINCT second.source_id AS id
  FROM market__supplies AS first
  JOIN market__supplies AS second ON second.target_id = first.source_id
  WHERE first.target_id = $1
)
SELECT json_build_object('data', json_build_object('organizations', json_build_object(
  'totalCount', (SELECT count(*) FROM reached),
  'nodes', (
    SELECT coalesce(json_agg(row_to_json(page)), '[]'::json) FROM (
      SELECT organization.id, organization.name
      FROM reached JOIN market__organization AS organization ON organization.id = reached.id
      ORDER BY organization.name__key, organization.id
      LIMIT 20
    ) AS page
  )
)))
""",
    "Stages": """
SELECT json_build_object('data', json_build_object('dealsAggregate', (
  SELECT json_agg(json_build_object(
    'key', json_build_object('stage', stage),
    'count', count,
    'sum', json_build_object('amount', json_build_object('amount', amount::text, 'currency', currency))
  )) FROM (
    SELECT stage, amount__currency AS currency, count(*) AS count, sum(amount__amount) AS amount
    FROM market__deal
    GROUP BY stage, amount__currency
    ORDER BY stage, amount__currency
  ) AS groups
)))
""",
}

SQLITE: Final[Mapping[str, str]] = {
    "One": f"""
SELECT CAST(json_object('data', json_object('organization', (
  SELECT json_object(
    'id', {_uuid("id")}, 'name', name, 'domain', domain, 'industry', industry, 'employees', employees,
    'revenue', printf('%d.%04d', revenue / 10000, revenue % 10000)
  ) FROM market__organization WHERE id = ?1
))) AS BLOB)
""",
    "Page": f"""
SELECT CAST(json_object('data', json_object('organizations', json_object('edges', (
  SELECT json_group_array(json_object('node', json_object(
    'name', page.name,
    'people', (SELECT json_object('edges', json_group_array(json_object(
        'role', edge.role,
        'validFrom', edge.valid_from,
        'node', (SELECT json_object(
            'id', {_uuid("id")}, 'firstName', first_name, 'lastName', last_name, 'email', email
          ) FROM market__person WHERE id = edge.source_id)
      ))) FROM (
        SELECT tie.role, tie.valid_from, tie.source_id
        FROM market__works_at AS tie
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
        FROM market__deal_for AS tie CROSS JOIN market__deal AS deal ON deal.id = tie.source_id
        WHERE tie.target_id = page.id AND deal.stage = 'open'
        ORDER BY tie.id
        LIMIT 100
      ) AS edge)
  ))) FROM (
    SELECT id, name
    FROM market__organization
    WHERE (name__key, id) > (?1, ?2)
    ORDER BY name__key, id
    LIMIT 50
  ) AS page
)))) AS BLOB)
""",
    "Region": f"""
SELECT CAST(json_object('data', json_object('deals', json_object('nodes', (
  SELECT json_group_array(json_object(
    'id', {_uuid("page.id")}, 'title', page.title, 'stage', page.stage,
    'amount', json_object(
      'amount', printf('%d.%02d', page.amount__amount / 100, page.amount__amount % 100),
      'currency', page.amount__currency
    ),
    'organization', json_object('name', page.name)
  )) FROM (
    SELECT deal.id, deal.title, deal.stage, deal.amount__amount, deal.amount__currency, organization.name
    FROM market__located_in AS location
    CROSS JOIN market__deal_for AS tie ON tie.target_id = location.source_id
    CROSS JOIN market__deal AS deal ON deal.id = tie.source_id
    CROSS JOIN market__organization AS organization ON organization.id = tie.target_id
    WHERE location.target_id = ?1
      AND deal.stage IN (?2, ?3, ?4)
      AND deal.amount__amount > ?5 AND deal.amount__currency = ?6
    ORDER BY deal.amount__amount DESC, deal.id
    LIMIT 20
  ) AS page
)))) AS BLOB)
""",
    "Suppliers": f"""
WITH reached AS MATERIALIZED (
  SELECT DISTINCT second.source_id AS id
  FROM market__supplies AS first
  CROSS JOIN market__supplies AS second ON second.target_id = first.source_id
  WHERE first.target_id = ?1
)
SELECT CAST(json_object('data', json_object('organizations', json_object(
  'totalCount', (SELECT count(*) FROM reached),
  'nodes', (
    SELECT json_group_array(json_object('id', {_uuid("page.id")}, 'name', page.name)) FROM (
      SELECT organization.id, organization.name
      FROM reached CROSS JOIN market__organization AS organization ON organization.id = reached.id
      ORDER BY organization.name__key, organization.id
      LIMIT 20
    ) AS page
  )
))) AS BLOB)
""",
    "Stages": """
SELECT CAST(json_object('data', json_object('dealsAggregate', (
  SELECT json_group_array(json_object(
    'key', json_object('stage', stage),
    'count', count,
    'sum', json_object('amount', json_object(
      'amount', printf('%d.%02d', amount / 100, amount % 100), 'currency', currency
    ))
  )) FROM (
    SELECT stage, amount__currency AS currency, count(*) AS count, sum(amount__amount) AS amount
    FROM market__deal
    GROUP BY stage, amount__currency
    ORDER BY stage, amount__currency
  )
))) AS BLOB)
""",
}

BY_HAND: Final[Mapping[DialectName, Mapping[str, str]]] = {
    "postgresql": POSTGRESQL,
    "sqlite": SQLITE,
}
