// What is done by each client library, in Node and in a browser. A failure is an
// exception; what worked is returned as lines.

const megabyte = 1 << 20;

export async function scenario(library, url) {
  const done = [];
  const a = await library.connect({ servers: url, maxReconnectAttempts: 0 });
  const b = await library.connect({ servers: url, maxReconnectAttempts: 0 });
  try {
    expect(a.info.max_payload >= megabyte, "a payload of 1 MiB is announced");

    const orders = a.subscribe("orders.*", { max: 1 });
    await a.flush();
    b.publish("orders.new", new TextEncoder().encode("hello"));
    for await (const m of orders) {
      expect(m.subject === "orders.new" && m.string() === "hello", "the message is the one that was published");
    }
    done.push("publish and subscribe");

    const echo = a.subscribe("echo", { callback: (_, m) => m.respond(m.data, { headers: m.headers }) });
    await a.flush();
    const headers = library.headers();
    headers.set("Kind", "question");
    const answer = await b.request("echo", new Uint8Array([1, 2, 3]), { timeout: 5000, headers });
    expect(answer.headers.get("Kind") === "question" && answer.data.length === 3, "request and headers come back");
    done.push("request and headers");

    const large = new Uint8Array(megabyte - 1024).map((_, i) => i * 31);
    for (let i = 0; i < 8; i++) {
      const back = await b.request("echo", large, { timeout: 20000 });
      expect(same(back.data, large), "a large payload comes back as it was");
    }
    const full = a.subscribe("full", { max: 1 });
    await a.flush();
    b.publish("full", new Uint8Array(megabyte));
    for await (const m of full) {
      expect(m.data.length === megabyte, "1 MiB comes whole");
    }
    done.push("payloads of 1 MiB");

    const refused = await b.request("nobody", new Uint8Array(), { timeout: 5000 }).then(() => "an answer", (e) => `${e.message} ${e.code ?? ""} ${e.name}`);
    expect(/503|no responders/i.test(refused), `nobody answers: ${refused}`);
    done.push("no responders");
    echo.unsubscribe();
    await a.drain();
  } finally {
    await a.close();
    await b.close();
  }
  return done;
}

function same(a, b) {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

function expect(holds, what) {
  if (!holds) throw new Error(`not true: ${what}`);
}
