"""Whether the service is there, and whether it can do its work."""

from fastapi import APIRouter

from app.api.dependencies import EngineDependency, SettingsDependency, StoreDependency
from app.api.strict_route import StrictRoute
from app.errors import Unavailable, openapi_responses
from app.schemas.health import Health
from app.services.health import check_ready

router = APIRouter(tags=["health"], route_class=StrictRoute)


@router.get("/livez")
async def livez() -> Health:
    """Tell that the process answers."""
    return Health()


@router.get("/readyz", responses=openapi_responses(Unavailable))
def readyz(store: StoreDependency, engine: EngineDependency, settings: SettingsDependency) -> Health:
    """Tell that everything works, or each reason why not."""
    check_ready(store=store, engine=engine, free_bytes=settings.min_free_bytes)
    return Health()
