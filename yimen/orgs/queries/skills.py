"""What a worker can do of the 88 matters."""

from uuid import UUID

from yimen.orgs.models import Skill


def can_alone(account_id: UUID, item_code: str) -> bool:
    """Whether the skill matrix says that this worker can do the matter without help."""
    return Skill.objects.filter(account_id=account_id, item_code=item_code, grade=Skill.Grade.ALONE).exists()
