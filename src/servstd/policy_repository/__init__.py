"""A policy repository to start from: a catalog on top of the shipped one, with tests, checks and a workflow."""

from servstd.policy_repository.files import repository_files
from servstd.policy_repository.settings import Settings, check_settings, default_zone, subdivisions_of
from servstd.policy_repository.write import in_the_way, write_repository

__all__ = [
    "Settings",
    "check_settings",
    "default_zone",
    "in_the_way",
    "repository_files",
    "subdivisions_of",
    "write_repository",
]
