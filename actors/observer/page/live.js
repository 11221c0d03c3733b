// What the broker tells the page, and what the page asks it for.

// span is how long a series is kept, in milliseconds; mostEvents how many events.
const span = 15 * 60 * 1000
const mostEvents = 1000

// live is what is known. Listeners are told the topic that has changed: hello, now,
// tree, taps, events, or link for the connection itself.
class Live extends EventTarget {
  hello = null
  columns = []
  points = []
  now = null
  before = null
  tree = null
  handled = new Map() // path → messages handled, and when
  taps = []
  events = []
  link = 'connecting'
  #source = null

  // start begins to listen. While nobody sees the page it does not.
  async start() {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.#open()))
    if (!document.hidden) await this.#open()
  }

  on(topic, what, signal) { this.addEventListener(topic, what, { signal }) }

  #tell(topic, detail) { this.dispatchEvent(new CustomEvent(topic, { detail })) }

  #state(link) {
    if (this.link === link) return
    this.link = link
    this.#tell('link')
  }

  #close() {
    this.#source?.close()
    this.#source = null
    this.#state('paused')
  }

  async #open() {
    if (this.#source) return
    const source = this.#source = new EventSource('ui/events')
    source.onopen = () => this.#state('live')
    source.onerror = () => this.#state('lost')
    const take = (topic, how) => source.addEventListener(topic, e => {
      const data = JSON.parse(e.data)
      how(data)
      this.#tell(topic, data)
    })
    take('hello', data => { this.hello = data })
    take('past', data => { this.events = data.map(withTime) })
    take('events', data => {
      for (const e of data) this.events.push(withTime(e))
      if (this.events.length > mostEvents) this.events.splice(0, this.events.length - mostEvents)
    })
    take('now', data => {
      this.before = this.now
      this.now = data
      this.#add(data.point)
    })
    take('tree', data => this.#grow(data))
    take('taps', data => { this.taps = data })
    try {
      const past = await get('ui/history')
      this.columns = past.columns
      const fresh = this.points.filter(p => !past.points.length || p[0] > past.points.at(-1)[0])
      this.points = [...past.points, ...fresh]
      this.#tell('now')
    } catch { /* the stream says that the broker is gone */ }
  }

  // grow takes the tree, and finds out how many messages each actor handles in a second.
  #grow(tree) {
    const now = performance.now(), before = this.handled
    this.handled = new Map()
    const walk = n => {
      const handled = n.mailbox?.handled
      if (handled != null) {
        const old = before.get(n.path)
        n.rate = old && now > old.now && handled >= old.handled ? (handled - old.handled) / (now - old.now) * 1000 : 0
        this.handled.set(n.path, { handled, now })
      }
      n.children?.forEach(walk)
    }
    walk(tree)
    this.tree = tree
  }

  #add(point) {
    this.points.push(point)
    const oldest = point[0] - span
    while (this.points.length && this.points[0][0] < oldest) this.points.shift()
  }

  // column is one part of all points.
  column(name) {
    const i = this.columns.indexOf(name)
    return i < 0 ? [] : this.points.map(p => p[i])
  }

  // last is one part of the newest point.
  last(name) { return this.points.at(-1)?.[this.columns.indexOf(name)] ?? 0 }
}

const withTime = e => ({ ...e, at: Date.parse(e.time) })

export const live = new Live()

// get asks for a document. An error says why there is none.
export async function get(path, signal) {
  return read(await fetch(path, { signal, headers: { Accept: 'application/json' } }))
}

async function read(response) {
  const body = await response.json().catch(() => ({}))
  if (response.ok) return body
  throw Object.assign(new Error(body.error ?? response.statusText), { status: response.status })
}

// proof is who the one at the page is. It is kept no longer than the page.
let proof = null

// act changes something. Who is not at the broker's own machine is asked who they are.
export async function act(path, body, askWho) {
  for (;;) {
    const headers = { 'X-Troupe-Page': '1', ...(proof && { Authorization: proof }) }
    try {
      return await read(await fetch(path, { method: 'POST', headers, body: body && JSON.stringify(body), credentials: 'omit' }))
    } catch (e) {
      if (e.status !== 401 || !askWho) throw e
      const who = await askWho(proof !== null)
      if (!who) throw e
      proof = 'Basic ' + btoa(String.fromCharCode(...new TextEncoder().encode(`${who.user}:${who.password}`)))
    }
  }
}
