#!/bin/sh
# The user, the logs and what is stored stay: an audit log is there to be kept, and its files need an owner.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
