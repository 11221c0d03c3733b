#!/bin/sh
# A new broker is not started: who installs it says who may come in, and starts it. One that runs goes on as the new one.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart troupe.service
fi
