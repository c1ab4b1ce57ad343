"""Files, and the settings of the webhook, whose deliveries server.py makes."""

import ipaddress
import re
from urllib.parse import urlsplit

from tests.double.errors import refuse, reject
from tests.double.methods.registry import Request, handles
from tests.double.nouns import Raw, Webhook
from tests.double.state import World

DOWNLOAD_LIMIT = 20 * 1024 * 1024
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@handles("getFile")
def get_file(world: World, request: Request) -> Raw:
    """Say where a file can be downloaded."""
    file = world.files.get(request["file_id"])
    if file is None:
        refuse("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > DOWNLOAD_LIMIT:
        refuse("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": f"u{file.id[:12]}",
        "file_size": len(file.content),
        "file_path": file.path,
    }


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@handles("setWebhook")
def set_webhook(world: World, request: Request) -> bool:
    """Have updates posted somewhere; plain HTTP only to this machine, as a self-hosted server allows."""
    url = str(request["url"])
    secret = request.get("secret_token")
    if secret is not None and not SECRET.fullmatch(secret):
        reject("secret token contains unallowed characters")
    parts = urlsplit(url)
    if url and parts.scheme != "https" and not _is_local(parts.hostname or ""):
        reject("bad webhook: An HTTPS URL must be provided for webhook")
    world.queue.allow(request.get("allowed_updates"))
    if request.get("drop_pending_updates"):
        world.queue.clear()
    world.webhook = Webhook(url, secret, request.get("max_connections", 40))
    world.wake_intake()
    return True


@handles("deleteWebhook")
def delete_webhook(world: World, request: Request) -> bool:
    """Go back to polling."""
    if request.get("drop_pending_updates"):
        world.queue.clear()
    world.webhook = Webhook()
    world.wake_intake()
    return True


@handles("getWebhookInfo")
def webhook_info(world: World, request: Request) -> Raw:
    """Say how the webhook does."""
    hook = world.webhook
    told: Raw = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.queue.waiting),
        "max_connections": hook.max_connections,
        "allowed_updates": sorted(world.queue.allowed),
    }
    if hook.last_error is not None:
        told |= {"last_error_message": hook.last_error, "last_error_date": hook.last_error_at}
    return told
