// The ledger as a flow: what was published on the left, what became of it on the right.
// Widths are shares, but nothing that happened is too thin to be seen.

import { s, fill } from './dom.js'
import { count, share } from './format.js'

const width = 900, height = 260, thin = 3

const words = {
  routed: 'routed', no_interest: 'nobody wanted it', refused: 'refused',
  delivered: 'delivered', waiting: 'on the way',
}

// flow draws the difference of two ledgers, or one of them whole.
export function flow(svg, ledger) {
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  const first = [
    { key: 'routed', n: ledger.routed, color: 'var(--in)' },
    { key: 'no_interest', n: ledger.no_interest, color: 'var(--dim)' },
    { key: 'refused', n: ledger.refused, color: 'var(--bad)' },
  ]
  const second = [
    { key: 'delivered', n: ledger.delivered, color: 'var(--good)' },
    { key: 'waiting', n: ledger.waiting, color: 'var(--warn)' },
    ...Object.entries(ledger.dropped ?? {}).sort(([, a], [, b]) => b - a)
      .map(([key, n]) => ({ key, n, color: 'var(--bad)', lost: true })),
  ]
  const a = { x: 0, w: 14, y: 20, h: 190 }
  const left = column(first, ledger.in, 285, a)
  const b = { x: 470, w: 14, y: left[0].y, h: Math.max(left[0].h, 60) }
  const right = column(second, ledger.copies, 700, { ...a, y: 20, h: 190 })
  fill(svg,
    label(0, 12, `published ${count(ledger.in)}`, 'start'),
    node(a.x, a.y, a.w, a.h, 'var(--accent)'),
    left.map(n => [band(a.x + a.w, n.from, n.fromH, n.x, n.y, n.h, n.color), node(n.x, n.y, 8, n.h, n.color), label(n.x + 14, n.y + n.h / 2, `${name(n)} ${count(n.n)}`)]),
    band(left[0].x + 150, left[0].y + left[0].h / 2 - 1, 2, b.x, a.y, a.h, 'var(--in)'),
    label(b.x, 12, `copies ${count(ledger.copies)}`, 'start'),
    node(b.x, a.y, b.w, a.h, 'var(--accent)'),
    right.map(n => [band(b.x + b.w, n.from, n.fromH, n.x, n.y, n.h, n.color), node(n.x, n.y, 8, n.h, n.color),
      label(n.x + 14, n.y + n.h / 2, `${name(n)} ${count(n.n)}`, 'start', n.lost && n.n ? share(n.n, ledger.copies) : '')]))
}

const name = n => words[n.key] ?? n.key.replaceAll('_', ' ')

// column places nodes below each other, and the bands that lead to them.
function column(nodes, whole, x, from) {
  const shown = nodes.filter(n => n.n > 0 || n === nodes[0])
  const gap = 22
  const room = from.h - gap * (shown.length - 1)
  let y = from.y, source = from.y
  const sizes = shown.map(n => Math.max(whole > 0 ? n.n / whole * room : 0, thin))
  const sum = sizes.reduce((p, q) => p + q, 0)
  return shown.map((n, i) => {
    const h = sizes[i] * Math.min(room / sum, 1)
    const fromH = h / Math.min(room, sum) * from.h
    const out = { ...n, x, y, h, from: source, fromH }
    y += h + gap
    source += fromH
    return out
  })
}

const node = (x, y, w, h, color) => s('rect', { x, y, width: w, height: h, rx: 2, fill: color })

function band(x1, y1, h1, x2, y2, h2, color) {
  const m = (x1 + x2) / 2
  const d = `M${x1} ${y1}C${m} ${y1} ${m} ${y2} ${x2} ${y2}V${y2 + h2}C${m} ${y2 + h2} ${m} ${y1 + h1} ${x1} ${y1 + h1}Z`
  return s('path', { d, fill: color, opacity: 0.22 })
}

const label = (x, y, text, anchor = 'start', more = '') =>
  s('text', { x, y, 'text-anchor': anchor, 'dominant-baseline': 'middle', class: 'flow-label' }, text, more && s('tspan', { class: 'flow-more', dx: 6 }, more))
