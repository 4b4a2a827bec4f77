"""What a question becomes, told beside its answer to whoever develops an app: its selection, its SQL, its times.

Told in the demo only, when the header ``Relatum-Plan`` asks for it, and of the asker's own question under the asker's own
rights: as the asker has it planned, so it is shown.
"""

import orjson
from graphql import OperationType

from relatum.session import Session
from relatum_server.graphql.api import Api, Question
from relatum_server.observability.noting import watched


def extended(answer: bytes, api: Api, session: Session, question: Question) -> bytes:
    """An answer, with what is asked for beside its data.

    Args:
        answer: a JSON object.
        api: that gave it.
        session: in which it was asked.
        question: that it answers.
    """
    noted = watched()
    if noted is None or noted.times is None:
        return answer
    times = {name: round(seconds * 1000, 3) for name, seconds in noted.times.items()}
    told = orjson.dumps({"relatum": {"times": times, **_plan(api, session, question)}})
    return b'%s,"extensions":%s}' % (answer.rstrip()[:-1], told)


def _plan(api: Api, session: Session, question: Question) -> dict[str, object]:
    """The selection of a query, and the statement that answers it to whoever asks."""
    known = api.known_to(session)
    operation = api.operation(question, known)
    if operation.node.operation is not OperationType.QUERY:
        return {}
    variables = api.variables(operation, question, known)
    made = api.plan(operation, variables)
    if made.request is None:
        return {}
    storage, principal, now = session.storage, session.principal, session.storage.clock()
    plan = storage.plans.get(made.request, principal)
    plan = plan.sized(storage.plans.sizes.known(principal, plan.weighed, now=now) or set())
    arguments = made.arguments(variables.coerced)
    bound = plan.bind(arguments, now=now, principal=principal, keys=storage.keys)
    selection = made.request.model_dump(mode="json", exclude_defaults=True)
    return {"selection": selection, "sql": bound.prepared.text}
