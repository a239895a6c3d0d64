"""Which statements stand on the page, whose words they are, and beside what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, select
from sqlalchemy.orm import aliased

from portal.access.scope import Scope
from portal.assessments.models import SECTION_KIND, Statement


def shown(scope: Scope, said: Any = Statement) -> ColumnElement[bool]:
    """The newest version of each statement made up to today, for this viewer."""
    later = aliased(Statement)
    replaced = select(later.id).where(later.id == said.replaced_by_id, later.made_on <= scope.today).exists()
    return and_(scope.statements(said, SECTION_KIND), said.made_on <= scope.today, ~replaced)


def voice(said: Any = Statement) -> ColumnElement[str]:
    """Whose words: `young`, `family` or `work`."""
    return case(
        (said.said_by_person_id == said.young_person_id, literal("young")),
        (said.said_by_person_id.is_not(None), literal("family")),
        else_=literal("work"),
    )


def stands_beside(scope: Scope) -> ColumnElement[bool]:
    """It answers something that this viewer sees, so it stands there and not by itself."""
    target = aliased(Statement)
    return select(target.id).where(target.id == Statement.disagrees_with_id, shown(scope, target)).exists()
