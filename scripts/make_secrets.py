"""Draw the secrets of docker-compose.yml into `secrets/`, once; what is there stays.

The folder is closed to other users of the machine. Its files can be read by all who reach them,
because a service reads them as a user of its own.
"""

from __future__ import annotations

import base64
import json
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "secrets"
USERS = ("admin", "steward", "statistician", "dpo", "delegate")


def draw_secrets(database_password: str) -> dict[str, str]:
    """Return new secrets, by file name.

    Args:
        database_password: what the address of the database repeats.
    """
    return {
        "api_secret": secrets.token_urlsafe(32),
        "database_password": database_password,
        "database_url": f"postgresql+psycopg2://airflow:{database_password}@postgres/airflow",
        "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_secret": secrets.token_urlsafe(64),
        "passwords": json.dumps({user: secrets.token_urlsafe(16) for user in USERS}),
    }


def write_secrets(folder: Path) -> list[str]:
    """Write the secrets that are not there yet, and return their names.

    Args:
        folder: where to write; made with mode 0700, its files with mode 0444.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / "database_password"
    password = kept.read_text(encoding="utf-8") if kept.exists() else secrets.token_urlsafe(32)
    missing = {
        name: secret
        for name, secret in draw_secrets(password).items()
        if not (folder / name).exists()
    }
    for name, secret in missing.items():
        # Renamed when whole, so that a file that exists is a file that can be kept.
        partial = folder / f".{name}"
        partial.write_text(secret, encoding="utf-8")
        partial.chmod(0o444)
        partial.rename(folder / name)
    return sorted(missing)


if __name__ == "__main__":
    drawn = write_secrets(FOLDER)
    sys.stdout.write(
        f"secrets/: drew {', '.join(drawn) if drawn else 'nothing, all are there'}; "
        "the passwords of Airflow's users are in secrets/passwords\n"
    )
