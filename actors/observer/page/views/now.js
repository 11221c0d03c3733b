// Now: what comes in and goes out, and what becomes of it.

import { live } from '../live.js'
import { h, s, text, setBar, bar } from '../dom.js'
import { ago, bytes, count, plural } from '../format.js'
import { chart } from '../chart.js'
import { flow } from '../flow.js'
import { colorOf, decisionOf, nameOf } from '../decisions.js'

const tiles = [
  { name: 'Messages in', column: 'in', color: '--in', format: count, unit: '/s', more: n => `${count(n.in_msgs)} so far` },
  { name: 'Messages out', column: 'out', color: '--out', format: count, unit: '/s', more: n => `${count(n.out_msgs)} so far` },
  { name: 'Bytes in', column: 'in_bytes', color: '--in', format: bytes, unit: '/s', more: n => `${bytes(n.in_bytes)} so far` },
  { name: 'Bytes out', column: 'out_bytes', color: '--out', format: bytes, unit: '/s', more: n => `${bytes(n.out_bytes)} so far` },
  { name: 'Connections', column: 'connections', color: '--good', format: count, unit: '', more: n => `${plural(n.subscriptions, 'subscription')}` },
  { name: 'Slow consumers', column: 'slow', color: '--bad', format: count, unit: '', whole: n => n.slow_consumers, more: () => 'since the start' },
  { name: 'Memory', column: 'resident', color: '--other', format: bytes, unit: '', more: () => 'of the process' },
  { name: 'CPU', column: 'cpu', color: '--other', format: n => n.toFixed(n < 10 ? 1 : 0), unit: '%', more: () => 'of one core' },
]

export function now(main, { signal }) {
  const cards = tiles.map(tile)
  const rates = chart({ format: count, className: 'rates' })
  const dropped = chart({ format: count, className: 'drops' })
  const svg = s('svg', { class: 'flow', role: 'img', 'aria-label': 'What became of the messages' })
  const outbound = budget('Outgoing queues', n => n.outbound, hello => hello.outbound_budget)
  const inbound = budget('Incoming commands', n => n.inbound, hello => hello.inbound_budget)
  let whole = true
  const choice = (title, value) => h('button', { type: 'button', 'aria-pressed': String(value === whole), onclick: e => {
    whole = value
    for (const b of e.target.parentNode.children) b.setAttribute('aria-pressed', String(b === e.target))
    ledger()
  } }, title)

  const well = health()
  main.append(h('div', { class: 'stack' }, well.part,
    h('section', { class: 'tiles', 'aria-label': 'Figures' }, cards.map(c => c.card)),
    h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Messages a second'), h('span', { class: 'legend push' }, h('span', { class: 'in' }, 'in'), h('span', { class: 'out' }, 'out'))), rates),
    h('div', { class: 'halves' },
      h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'The ledger'), h('span', { class: 'choices push' }, choice('since the start', true), choice('this second', false))), h('div', { class: 'scroll' }, svg)),
      h('section', { class: 'card stack' }, h('header', {}, h('h2', {}, 'What was dropped, a second')), dropped, outbound.part, inbound.part))))

  function ledger() {
    if (!live.now) return
    flow(svg, whole || !live.before ? live.now.ledger : difference(live.now.ledger, live.before.ledger))
  }

  function update() {
    if (!live.points.length || !live.columns.length) return
    const times = live.column('at')
    const marks = live.events.filter(e => e.what === 'failed').map(e => ({ at: e.at, color: colorOf(e) }))
    rates.show(times, [{ values: live.column('in'), color: '--in', name: 'in' }, { values: live.column('out'), color: '--out', name: 'out' }], marks)
    dropped.show(times, [{ values: live.column('dropped'), color: '--bad', name: 'dropped' }])
    for (const c of cards) c.update(times)
    well.update()
    outbound.update()
    inbound.update()
    ledger()
  }

  for (const topic of ['now', 'past', 'events', 'tree']) live.on(topic, update, signal)
  update()
}

function tile({ name, column, color, format, unit, whole, more }) {
  const value = h('strong', { class: 'number' }, '–')
  const below = h('span', { class: 'dim' })
  const small = chart({ axes: false, className: 'spark' })
  return {
    card: h('div', { class: 'card tile' }, h('h2', {}, name), h('p', {}, value, h('span', { class: 'dim' }, unit)), below, small),
    update(times) {
      text(value, format(whole && live.now ? whole(live.now) : live.last(column)))
      if (live.now) text(below, more(live.now))
      small.show(times, [{ values: live.column(column), color, name }])
    },
  }
}

// health says in a line whether all actors run, and what failed last.
function health() {
  const words = h('strong'), last = h('span', { class: 'dim' })
  const part = h('section', { class: 'card health', role: 'status' }, words, last, h('a', { href: '#tree' }, 'the tree'))
  return {
    part,
    update() {
      if (!live.tree) return
      let actors = 0
      const away = []
      const walk = n => {
        actors++
        if (n.state && n.state !== 'running') away.push(n)
        n.children?.forEach(walk)
        actors += Math.max((n.child_count ?? 0) - (n.children?.length ?? 0), 0)
      }
      walk(live.tree)
      part.classList.toggle('bad', away.length > 0)
      text(words, away.length ? `${nameOf(away[0].path)} is ${away[0].state}${away.length > 1 ? `, and ${away.length - 1} more` : ''}` : `All ${count(actors)} actors run`)
      const failed = live.events.findLast(e => e.what === 'failed')
      text(last, failed ? `${nameOf(failed.path)} failed ${ago(failed.at)} and ${decisionOf(failed)}: ${failed.failure}` : 'nothing has failed')
    },
  }
}

// budget shows how much of a bound of memory is used.
function budget(name, used, limit) {
  const measure = bar(0)
  const line = h('span', { class: 'number' })
  return {
    part: h('p', { class: 'budget' }, h('span', { class: 'dim' }, name), measure, line),
    update() {
      if (!live.now || !live.hello) return
      const most = limit(live.hello)
      setBar(measure, used(live.now) / most)
      text(line, `${bytes(used(live.now))} of ${bytes(most)}`)
    },
  }
}

function difference(a, b) {
  const less = key => Math.max(a[key] - b[key], 0)
  const dropped = Object.fromEntries(Object.entries(a.dropped ?? {}).map(([key, n]) => [key, n - (b.dropped?.[key] ?? 0)]))
  return {
    in: less('in'), routed: less('routed'), no_interest: less('no_interest'), refused: less('refused'),
    copies: less('copies'), delivered: less('delivered'), waiting: a.waiting, dropped,
  }
}
