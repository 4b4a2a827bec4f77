"""What a question becomes, told beside its answer to whoever develops an app: its selection, its SQL, its times.

Told in the demo only, when the header ``Relatum-Plan`` asks for it, and of the asker's own question under the asker's own
rights: as the asker has it planned, so it is shown.
"""

from collections.abc import Iterator

import orjson

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
    reads = list(_reads(api, session, question))
    told = orjson.dumps({"relatum": {"times": times, "reads": reads}})
    return b'%s,"extensions":%s}' % (answer.rstrip()[:-1], told)


def _reads(api: Api, session: Session, question: Question) -> Iterator[dict[str, object]]:
    """What is read, as a selection and as the statement for whoever asks; of a mutation, what shows what it wrote."""
    admitted = api.admitted(question, api.known_to(session))
    variables = api.variables(admitted, question)
    storage, principal, now = session.storage, session.principal, session.storage.clock()
    for request in api.requests(admitted.operation, variables):
        plan = storage.plans.get(request, principal)
        plan = plan.sized(storage.plans.sizes.known(principal, plan.weighed, now=now) or set())
        selection = request.model_dump(mode="json", exclude_defaults=True)
        yield {"selection": selection, "sql": plan.sql}
