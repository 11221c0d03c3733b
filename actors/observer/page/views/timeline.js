// The timeline: what failed and what was decided, over time.

import { live } from '../live.js'
import { h, s, fill, keep } from '../dom.js'
import { clock, duration } from '../format.js'
import { trail } from '../trail.js'
import { colorOf, decisionOf, nameOf } from '../decisions.js'

const row = 24, left = 150, head = 22, mostLanes = 30, mostListed = 200

// usual is the time since the broker was started, within bounds.
const usual = () => Math.min(Math.max(Date.now() - Date.parse(live.hello?.start ?? new Date()), 60_000), 15 * 60_000)

export function timeline(main, { signal, open }) {
  let span = usual() // how much time is seen
  let end = null // its end; null follows the present
  const svg = s('svg', { class: 'timeline', role: 'img', 'aria-label': 'Events over time' })
  const range = h('span', { class: 'dim' })
  const list = h('ul', { class: 'events long' })
  const search = h('input', { type: 'search', placeholder: 'actor or failure', 'aria-label': 'Only events with this text', oninput: () => update() })
  const starts = h('input', { type: 'checkbox', onchange: () => update() })
  const zoom = by => () => { span = Math.min(Math.max(span * by, 2000), 6 * 3600 * 1000); update() }
  main.append(h('div', { class: 'stack' },
    h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Failures and decisions'), range, h('span', { class: 'push actions' },
      h('button', { type: 'button', 'aria-label': 'Less time', onclick: zoom(0.5) }, '+'), ' ', h('button', { type: 'button', 'aria-label': 'More time', onclick: zoom(2) }, '−'), ' ',
      h('button', { type: 'button', onclick: () => { end = null; span = usual(); update() } }, 'Now'))), svg),
    h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Events'), search, h('label', { class: 'dim' }, starts, ' also what was started')), list)))

  function update() {
    const until = end ?? Date.now(), from = until - span
    const wanted = search.value.toLowerCase()
    const events = live.events.filter(e => (starts.checked || e.what !== 'started') && (!wanted || `${e.path} ${e.failure ?? ''}`.toLowerCase().includes(wanted)))
    const seen = events.filter(e => e.at >= from && e.at <= until)
    range.textContent = `${clock(from)} – ${clock(until)}, ${duration(span)}`
    draw(svg, seen, from, until)
    keep(list, events.slice(-mostListed).reverse(), e => `${e.time} ${e.path} ${e.what}`, item)
    if (!list.firstChild) list.append(h('li', { class: 'note none' }, 'Nothing has happened.'))
    else if (list.children.length > 1) list.querySelector('.none')?.remove()
  }

  const item = e => h('li', { 'data-what': e.what }, h('button', { type: 'button', class: 'quiet event', onclick: () => show(e) },
    h('time', { class: 'dim' }, clock(e.at)), h('i', { class: 'dot', 'data-color': colorOf(e) }), h('strong', {}, nameOf(e.path)), ` ${e.what}`, e.failure ? `: ${e.failure}` : '', e.directive ? h('span', { class: 'dim' }, ` — ${decisionOf(e)}`) : ''))

  function show(e) {
    fill(open(`${nameOf(e.path)} ${e.what}`), h('dl', { class: 'facts' },
      [['Path', e.path], ['At', new Date(e.at).toLocaleString()], ['Role', e.role], ['Failure', e.failure], ['Decision', decisionOf(e)], ['Why', e.reason], ['Restarts', e.restarts || '']]
        .filter(([, v]) => v).map(([k, v]) => [h('dt', {}, k), h('dd', {}, String(v))])),
      e.stack?.length && [h('h2', {}, 'Stack'), h('pre', { class: 'stack-trace' }, e.stack.join('\n'))], trail(e.trail, nameOf(e.path)))
  }

  svg.addEventListener('wheel', e => {
    if (!e.deltaY) return
    e.preventDefault()
    const part = Math.min(Math.max((e.offsetX - left) / (svg.clientWidth - left), 0), 1)
    const until = end ?? Date.now(), at = until - span * (1 - part)
    span = Math.min(Math.max(span * (e.deltaY > 0 ? 1.25 : 0.8), 2000), 6 * 3600 * 1000)
    end = Math.min(at + span * (1 - part), Date.now())
    update()
  }, { passive: false })
  svg.addEventListener('pointerdown', e => {
    svg.setPointerCapture(e.pointerId)
    const x = e.clientX, until = end ?? Date.now()
    svg.onpointermove = m => { end = Math.min(until - (m.clientX - x) / (svg.clientWidth - left) * span, Date.now()); update() }
    svg.onpointerup = svg.onpointercancel = () => { svg.onpointermove = null }
  })
  for (const topic of ['events', 'past', 'now']) live.on(topic, update, signal)
  update()
}

// draw has a lane for each actor to which something happened.
function draw(svg, events, from, until) {
  const width = svg.clientWidth || 800
  const last = new Map(events.map(e => [e.path, e.at]))
  const lanes = [...last.keys()].sort().slice(-mostLanes)
  const height = head + Math.max(lanes.length, 2) * row
  svg.setAttribute('height', height)
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  const x = at => left + (at - from) / (until - from) * (width - left - 12)
  const lane = new Map(lanes.map((path, i) => [path, head + i * row + row / 2]))
  const step = nice((until - from) / Math.max((width - left) / 110, 2))
  const ticks = []
  for (let at = Math.ceil(from / step) * step; at < until; at += step) ticks.push(at)
  fill(svg,
    ticks.map(at => [s('line', { x1: x(at), x2: x(at), y1: head - 4, y2: height, class: 'grid' }), s('text', { x: x(at), y: 12, 'text-anchor': 'middle', class: 'axis' }, clock(at))]),
    lanes.map(path => [s('line', { x1: left, x2: width, y1: lane.get(path), y2: lane.get(path), class: 'lane' }), s('text', { x: left - 8, y: lane.get(path), 'text-anchor': 'end', 'dominant-baseline': 'middle', class: 'axis' }, nameOf(path).slice(0, 20))]),
    events.filter(e => e.delay_ns && lane.has(e.path)).map(e => s('line', { x1: x(e.at), x2: Math.min(x(e.at + e.delay_ns / 1e6), width), y1: lane.get(e.path), y2: lane.get(e.path), class: 'backoff' })),
    events.filter(e => lane.has(e.path)).map(e => s('circle', { cx: x(e.at), cy: lane.get(e.path), r: e.what === 'failed' ? 5 : 3.5, class: 'mark', 'data-color': colorOf(e) }, s('title', {}, `${clock(e.at)} ${e.path} ${e.what} ${e.failure ?? ''} ${decisionOf(e)}`))),
    !events.length && s('text', { x: left + 10, y: head + row, class: 'axis' }, 'Nothing has happened in this time.'))
}

const nice = ms => [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600].map(n => n * 1000).find(n => n >= ms) ?? 3600000
