"""Comment records as volumes (第1册, 第2册 …): page one of the opinions, for the file of proponent and bureau."""

from notices.archive.volumes.making import make_volumes
from notices.archive.volumes.selectors import volumes_of

__all__ = ["make_volumes", "volumes_of"]
