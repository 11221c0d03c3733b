// The tree: supervisors and actors as they are, and what happens when one fails.

import { live } from '../live.js'
import { h, s, keep, text } from '../dom.js'
import { duration, count, ns } from '../format.js'
import { colorOf, decisionOf, nameOf, parentOf } from '../decisions.js'
import { details } from './actor.js'

// The measures of the drawing, wide and narrow, in pixels where a letter has fifteen.
const wide = { columns: [14, 190, 430], deeper: 24, row: 27, outline: false }
const narrow = { columns: [10, 30, 54], deeper: 24, row: 29, outline: true }

// measured are the measures for the letters and the room that there are.
function measured(width) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 15
  const m = width < 640 * size ? narrow : wide
  return { ...m, size, row: m.row * size, deeper: m.deeper * size, columns: m.columns.map(x => x * size) }
}

// flashTime is how long a failure is seen.
const flashTime = 2600

// failureTime is how long a failure is seen before it is shown that the actor is back.
const failureTime = 900

export function tree(main, page) {
  const links = s('svg', { class: 'links', 'aria-hidden': 'true' })
  const nodes = h('div', { class: 'nodes', role: 'tree', 'aria-label': 'Actors' })
  const stage = h('div', { class: 'stage' }, links, nodes)
  const summary = h('span', { class: 'dim push' })
  const latest = h('p', { class: 'latest', role: 'status' }, 'Nothing has failed since this page was opened.')
  main.append(h('section', { class: 'card tree' }, h('header', {}, h('h2', {}, 'Supervisors and actors'), summary), latest, stage))

  let placed = new Map()
  let open = null // the path whose details are shown

  const make = n => h('button', {
    type: 'button', class: 'node', role: 'treeitem', 'data-path': n.path,
    onclick: () => { open = n.path; showDetails() },
  }, h('i', { class: 'dot' }), h('span', { class: 'label' }), h('span', { class: 'load' }), h('span', { class: 'decision' }), h('span', { class: 'policy' }))

  function showDetails() {
    const path = open
    const shown = details(page, path, () => placed.get(path)?.node, () => { if (open === path) open = null })
    live.on('tree', shown.update, shown.signal)
    live.on('events', shown.update, shown.signal)
  }

  function draw() {
    if (!live.tree) return
    const measures = measured(stage.clientWidth)
    const rows = lay(live.tree, measures)
    placed = new Map(rows.map(r => [r.path, r]))
    const height = Math.max(...rows.map(r => r.y)) + measures.row
    stage.style.height = `${height}px`
    keep(nodes, rows, r => r.path, make, (e, r) => dress(e, r))
    links.setAttribute('width', stage.clientWidth)
    links.setAttribute('height', height)
    keep(links, rows.filter(r => r.parent), r => r.path, () => s('path', { class: 'link' }), (e, r) => {
      e.setAttribute('d', curve(placed.get(r.parent), r, measures, nodeOf(nodes, r.parent)))
      e.style.setProperty('--heat', `${Math.min(Math.log10(1 + (r.node.rate ?? 0)) * 16, 80)}%`)
      e.dataset.to = r.path
    })
    text(summary, `${count(rows.reduce((n, r) => n + (r.more || 1), 0))} actors`)
  }

  // happened shows a failure along the way that it takes.
  function happened(events) {
    for (const e of events) {
      if (e.what === 'failed') {
        text(latest, `${nameOf(e.path)} failed: ${e.failure ?? 'no reason given'} — ${decisionOf(e)}${e.reason ? ` (${e.reason})` : ''}`)
        latest.style.setProperty('--shade', `var(${colorOf(e)})`)
        flash(e.path, 'failed', e)
        flash(parentOf(e.path), 'decides', e)
        if (e.directive === 'escalate') for (let up = parentOf(e.path); up; up = parentOf(up)) flash(up, 'failed', e)
      } else if (e.what === 'restarted' || e.what === 'resumed') flash(e.path, 'back', e)
    }
  }

  function flash(path, how, e) {
    const node = nodeOf(nodes, path)
    if (!node) return
    if (how === 'failed') node.failedAt = Date.now()
    const seen = Date.now() - (node.failedAt ?? 0)
    if (how === 'back' && seen < failureTime) { // what is over in a millisecond is to be seen all the same
      setTimeout(() => flash(path, how, e), failureTime - seen)
      return
    }
    node.classList.remove('failed', 'decides', 'back')
    void node.offsetWidth // so that the animation begins anew
    node.classList.add(how)
    const link = [...links.children].find(l => l.dataset.to === path)
    link?.classList.remove('hot')
    if (how === 'failed') { void link?.getBoundingClientRect(); link?.classList.add('hot') }
    if (how === 'failed') say(node, e)
    clearTimeout(node.timer)
    node.timer = setTimeout(() => {
      node.classList.remove('failed', 'decides', 'back')
      link?.classList.remove('hot')
      text(node.querySelector('.decision'), '')
    }, Math.max(flashTime, (e.delay_ns ?? 0) / 1e6 + 300))
  }

  // say shows the decision beside a node: a back-off as a bar that runs down.
  function say(node, e) {
    const decision = node.querySelector('.decision')
    decision.textContent = decisionOf(e)
    if (!e.delay_ns) return
    const left = h('i')
    left.style.animationDuration = `${e.delay_ns / 1e6}ms`
    decision.append(left)
  }

  live.on('tree', draw, page.signal)
  live.on('events', e => happened(e.detail), page.signal)
  const resize = new ResizeObserver(draw)
  resize.observe(stage)
  page.signal.addEventListener('abort', () => resize.disconnect())
  stage.addEventListener('keydown', e => walk(e, nodes))
  draw()
  return path => { if (path && placed.has(path)) { open = path; showDetails() } }
}

const nodeOf = (nodes, path) => nodes.kept?.get(path)

// lay places the nodes: groups and their children below each other, each parent in the
// middle of its children, or above them where it is narrow.
function lay(root, m) {
  const rows = []
  let y = m.row / 2
  const place = (n, depth, parent) => {
    const row = { path: n.path, node: n, depth, parent, x: m.columns[Math.min(depth, 2)] + Math.max(depth - 2, 0) * m.deeper }
    const children = n.children ?? []
    const hidden = (n.child_count ?? 0) - children.length
    if (!m.outline && n.role !== 'connection' && !n.children?.length) row.policy = n.policy
    rows.push(row)
    if (m.outline || !children.length) {
      row.y = y
      y += m.row
    }
    const first = rows.length
    for (const child of children) place(child, depth + 1, n.path)
    if (hidden > 0) {
      rows.push({ path: `${n.path}/…`, node: { name: `${count(hidden)} more`, path: `${n.path}/…` }, more: hidden, depth: depth + 1, parent: n.path, x: m.columns[Math.min(depth + 1, 2)], y })
      y += m.row
    }
    if (!m.outline && rows.length > first) {
      const own = rows.slice(first).filter(r => r.parent === n.path)
      row.y = (own[0].y + own.at(-1).y) / 2
    } else if (row.y === undefined) {
      row.y = y
      y += m.row
    }
    if (depth === 1) y += m.row / 3
  }
  place(root, 0, null)
  return rows
}

// curve leads from behind the name of one node to the dot of another.
function curve(from, to, m, named) {
  if (m.outline) return `M${from.x + 12.5 * m.size} ${from.y + 8 * m.size}V${to.y}H${to.x + 4}`
  const x1 = Math.min(from.x + (named?.offsetWidth ?? 0) + 2, to.x - 40), x2 = to.x + 4, half = (x1 + x2) / 2
  return `M${x1} ${from.y}C${half} ${from.y} ${half} ${to.y} ${x2} ${to.y}`
}

const states = { running: 'running', 'backing off': 'away', restarting: 'away', stopping: 'away', stopped: 'down', 'no answer': 'away' }

function dress(e, r) {
  const n = r.node
  e.style.transform = `translate(${r.x}px, ${r.y}px) translateY(-50%)`
  e.dataset.state = states[n.state] ?? 'running'
  e.setAttribute('aria-level', r.depth + 1)
  e.classList.toggle('rest', Boolean(r.more))
  e.disabled = Boolean(r.more)
  text(e.querySelector('.label'), n.name)
  const depth = n.mailbox?.depth ?? 0
  e.querySelector('.dot').style.setProperty('--size', `${9 + Math.min(Math.log2(1 + depth) * 2.2, 20)}px`)
  text(e.querySelector('.policy'), (r.policy ?? '').replace('one-for-one, ', ''))
  const load = []
  if (n.rate >= 1) load.push(`${count(Math.round(n.rate))}/s`)
  if (depth) load.push(`${count(depth)} wait`)
  if (depth && n.mailbox.oldest_ns > 1e6) load.push(`for ${ns(n.mailbox.oldest_ns)}`)
  if (n.restarts) load.push(`${n.restarts}×`)
  if (n.child_count) load.push(count(n.child_count))
  if (n.state && n.state !== 'running') load.push(n.state)
  text(e.querySelector('.load'), load.join(' · '))
  e.title = [n.path, n.policy, n.last_failure && `last failure ${duration(Date.now() - Date.parse(n.last_failure.time))} ago: ${n.last_failure.text}`].filter(Boolean).join('\n')
}

// walk moves the focus by the arrow keys.
function walk(e, nodes) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
  if (!step) return
  const all = [...nodes.children].filter(n => !n.disabled).sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
  const next = all[all.indexOf(document.activeElement) + step]
  if (!next) return
  e.preventDefault()
  next.focus()
}
