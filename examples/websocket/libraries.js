// The two libraries for WebSocket, under one name each.
import * as core from "@nats-io/nats-core";
import * as ws from "nats.ws";

export const libraries = {
  "@nats-io/nats-core": { connect: core.wsconnect, headers: core.headers },
  "nats.ws": { connect: ws.connect, headers: ws.headers },
};
