"""What programs show: an account's API keys, and the secrets by which it recognises callbacks.

Source: wire/requests §4, wire/callbacks §1.1.
"""

from collections.abc import Sequence

import msgspec

from labelwright.domain.accounts import MODES, ensure_account
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter, InvalidTransition, NotFound
from labelwright.store import accounts
from labelwright.store import keys as rows
from labelwright.store.rows import ApiKey, Environment


class KeyView(msgspec.Struct, frozen=True):
    """An API key as far as it may be shown.

    Attributes:
        key: the key without the key.
        mode: ``live`` or ``test``.
    """

    key: ApiKey
    mode: str


async def environment(platform: Platform, mode: str) -> Environment:
    """The live or test environment of the installation's first account.

    Args:
        platform: the platform.
        mode: ``live`` or ``test``.

    Raises:
        InvalidParameter: the mode is neither.
    """
    if mode not in MODES:
        raise InvalidParameter.because(f'"mode" must be one of [{", ".join(MODES)}]', field="mode")
    account_id = await platform.store.write(ensure_account, platform.clock.now())
    env = await platform.read(accounts.environment_of, account_id, mode)
    if env is None:
        raise RuntimeError(f"the account has no {mode} environment")
    return env


async def environments(platform: Platform) -> Sequence[Environment]:
    """Both environments of the installation's first account."""
    return [await environment(platform, mode) for mode in MODES]


async def listed(platform: Platform) -> Sequence[KeyView]:
    """The keys of the installation's first account, oldest first; revoked ones too."""
    account_id = await platform.store.write(ensure_account, platform.clock.now())
    return [KeyView(key, mode) for key, mode in await platform.read(rows.of_account, account_id)]


async def revoke(platform: Platform, key_id: str) -> KeyView:
    """Make a key useless for good; servers that remember it obey within five seconds (``accounts.KEY_MEMORY``).

    Raises:
        NotFound: there is no key with this id.
        InvalidTransition: it was revoked before.
    """
    account_id = await platform.store.write(ensure_account, platform.clock.now())
    revoked = await platform.store.write(rows.revoke, account_id, key_id, platform.clock.now())
    for view in await listed(platform):
        if view.key.id == key_id:
            if not revoked:
                raise InvalidTransition("The key was revoked before.", field="id")
            return view
    raise NotFound("There is no API key with this id; see: labelwright key list", field="id")
