#!/bin/sh
# deb says what it does, rpm how many are left afterwards.
set -e
case "$1" in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl --no-reload disable --now troupe.service
	fi
	;;
esac
