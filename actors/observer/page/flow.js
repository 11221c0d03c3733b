// The ledger as a flow: what was published on the left, the copies that were made of it in
// the middle, what became of them on the right. Widths are shares, but nothing that
// happened is too thin to be seen.

import { s, fill } from './dom.js'
import { count, share } from './format.js'

const width = 900, top = 30, tall = 176, gap = 18, thin = 3
const columns = [0, 330, 690], thick = 12

const words = { no_interest: 'nobody wanted it', waiting: 'on the way' }

// flow draws the difference of two ledgers, or one of them whole.
export function flow(svg, ledger) {
  const published = { y: top, h: tall }
  const first = spread([
    { key: 'routed', n: ledger.routed, color: 'var(--in)' },
    { key: 'no_interest', n: ledger.no_interest, color: 'var(--dim)' },
    { key: 'refused', n: ledger.refused, color: 'var(--bad)' },
  ], ledger.in, published)
  const routed = first[0]
  const second = spread([
    { key: 'delivered', n: ledger.delivered, color: 'var(--good)' },
    { key: 'waiting', n: ledger.waiting, color: 'var(--warn)' },
    ...Object.entries(ledger.dropped ?? {}).sort(([, a], [, b]) => b - a)
      .map(([key, n]) => ({ key, n, color: 'var(--bad)', lost: true })),
  ], ledger.copies, routed, published)
  const [x0, x1, x2] = columns
  const low = Math.max(...first.map(n => n.y + n.h), ...second.map(n => n.y + n.h))
  svg.setAttribute('viewBox', `0 0 ${width} ${low + 14}`)
  const fan = ledger.routed > 0 ? ledger.copies / ledger.routed : 0
  fill(svg,
    label(0, 12, 'published ', count(ledger.in)),
    label(x1, 12, 'copies ', count(ledger.copies), fan > 1.05 ? `${count(fan)} for each` : ''),
    first.map(n => band(x0 + thick, n.from, n.fromH, x1, n.y, n.h, n.color)),
    second.map(n => band(x1 + thick, n.from, n.fromH, x2, n.y, n.h, n.color)),
    block(x0, published.y, published.h, 'var(--accent)'),
    first.map(n => [block(x1, n.y, n.h, n.color), n !== routed && label(x1 + thick + 8, n.y + n.h / 2, name(n) + ' ', count(n.n), share(n.n, ledger.in))]),
    second.map(n => [block(x2, n.y, n.h, n.color), label(x2 + thick + 8, n.y + n.h / 2, name(n) + ' ', count(n.n), n.lost && n.n ? share(n.n, ledger.copies) : '')]))
}

const name = n => words[n.key] ?? n.key.replaceAll('_', ' ')

// spread places nodes below each other in the room that there is, and the bands that come
// to them from one source. The first is there even if it is empty.
function spread(nodes, whole, from, room = from) {
  const shown = nodes.filter((n, i) => n.n > 0 || i === 0)
  const free = Math.max(room.h - gap * (shown.length - 1), thin * shown.length)
  const sizes = shown.map(n => Math.max(whole > 0 ? n.n / whole * free : 0, thin))
  const sum = sizes.reduce((a, b) => a + b, 0)
  let y = room.y, source = from.y
  return shown.map((n, i) => {
    const h = sizes[i] * Math.min(free / sum, 1), fromH = sizes[i] / sum * from.h
    const out = { ...n, y, h, from: source, fromH }
    y += h + gap
    source += fromH
    return out
  })
}

const block = (x, y, h, color) => s('rect', { x, y, width: thick, height: h, rx: Math.min(3, h / 2), fill: color })

function band(x1, y1, h1, x2, y2, h2, color) {
  const m = (x1 + x2) / 2
  const d = `M${x1} ${y1}C${m} ${y1} ${m} ${y2} ${x2} ${y2}V${y2 + h2}C${m} ${y2 + h2} ${m} ${y1 + h1} ${x1} ${y1 + h1}Z`
  return s('path', { d, fill: color, class: 'band' })
}

const label = (x, y, text, figure, more) => s('text', { x, y, 'dominant-baseline': 'middle', class: 'flow-label' },
  text, s('tspan', { class: 'flow-figure' }, figure), more && s('tspan', { class: 'flow-more', dx: 6 }, more))
