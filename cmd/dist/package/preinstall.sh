#!/bin/sh
# The user has to be there before the files that belong to its group.
set -e
getent group troupe >/dev/null || groupadd --system troupe
getent passwd troupe >/dev/null ||
	useradd --system --gid troupe --home-dir /var/lib/troupe --no-create-home --shell /usr/sbin/nologin --comment Troupe troupe
