// A chart of lines over the last fifteen minutes, and a small one without axes.

import { h } from './dom.js'
import { clock } from './format.js'

// How much time is seen: as much as there is, within these bounds.
const least = 30 * 1000, span = 15 * 60 * 1000

// A chart draws series of points over time into a canvas. It draws when it is told that
// there is something new, once a frame at most, and when its size or the theme changes.
class Chart extends HTMLElement {
  #canvas = h('canvas', { 'aria-hidden': 'true' })
  #tip = h('div', { class: 'tip', hidden: true })
  #wanted = false
  #at = null // where the pointer is
  #resize = new ResizeObserver(() => this.draw())

  // times are milliseconds; lines are {values, color, name}; marks are {at, color}.
  times = []
  lines = []
  marks = []
  format = String
  axes = true

  connectedCallback() {
    this.classList.add('chart')
    this.replaceChildren(this.#canvas, ...(this.axes ? [this.#tip] : []))
    this.#resize.observe(this)
    if (!this.axes) return
    this.onpointermove = e => { this.#at = e.offsetX; this.draw() }
    this.onpointerleave = () => { this.#at = null; this.draw() }
  }

  disconnectedCallback() { this.#resize.disconnect() }

  show(times, lines, marks = []) {
    Object.assign(this, { times, lines, marks })
    this.draw()
  }

  draw() {
    if (this.#wanted) return
    this.#wanted = true
    requestAnimationFrame(() => { this.#wanted = false; this.#paint() })
  }

  #paint() {
    const width = this.clientWidth, height = this.clientHeight
    if (!width || !height) return
    const ratio = devicePixelRatio || 1
    const canvas = this.#canvas
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    const c = canvas.getContext('2d')
    c.setTransform(ratio, 0, 0, ratio, 0, 0)
    c.clearRect(0, 0, width, height)
    const style = getComputedStyle(this)
    const color = name => style.getPropertyValue(name)
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 15 // of what is drawn, where the screen is large
    const frame = this.axes ? { left: 52 * size, right: 8, top: 8 * size, bottom: 20 * size } : { left: 0, right: 0, top: 2, bottom: 1 }
    const end = this.times.at(-1) ?? Date.now()
    const seen = Math.min(Math.max(end - (this.times[0] ?? end), least), span)
    const begin = end - seen
    const most = top(Math.max(...this.lines.map(l => max(l.values)), 0))
    const x = at => frame.left + (at - begin) / seen * (width - frame.left - frame.right)
    const y = v => height - frame.bottom - v / most * (height - frame.top - frame.bottom)
    y.top = frame.top
    if (this.axes) this.#grid(c, { width, height, frame, begin, end, most, x, y, color, size })
    for (const mark of this.marks) {
      if (mark.at < begin) continue
      c.strokeStyle = color(mark.color)
      c.globalAlpha = 0.6
      c.setLineDash([3, 3])
      line(c, x(mark.at), frame.top, x(mark.at), height - frame.bottom)
      c.setLineDash([])
      c.globalAlpha = 1
    }
    this.lines.forEach((l, i) => this.#line(c, l, x, y, color, this.lines.length - i))
    this.#point(c, { width, height, frame, x, y, color })
  }

  #grid(c, { width, height, frame, begin, end, most, x, y, color, size }) {
    c.font = `${11 * size}px ${getComputedStyle(document.body).fontFamily}`
    c.fillStyle = color('--dim')
    c.strokeStyle = color('--line')
    c.lineWidth = 1
    c.textAlign = 'right'
    c.textBaseline = 'middle'
    for (let i = 0; i <= 4; i++) {
      const v = most * i / 4
      line(c, frame.left, Math.round(y(v)) + 0.5, width - frame.right, Math.round(y(v)) + 0.5)
      c.fillText(this.format(v), frame.left - 6 * size, y(v))
    }
    c.textAlign = 'center'
    c.textBaseline = 'alphabetic'
    const step = steps.find(n => (end - begin) / n * 64 * size < width) ?? steps.at(-1)
    for (let at = Math.ceil(begin / step) * step; at < end; at += step) {
      if (x(at) < frame.left + 14 || x(at) > width - 24 * size) continue
      c.fillText(step < 60000 ? clock(at) : clock(at).slice(0, 5), x(at), height - 5 * size)
    }
  }

  #line(c, l, x, y, color, above) {
    const { times } = this
    if (times.length < 2) return
    c.beginPath()
    times.forEach((at, i) => {
      if (i && at - times[i - 1] < 5000) c.lineTo(x(at), y(l.values[i]))
      else c.moveTo(x(at), y(l.values[i])) // there was nobody to ask in between
    })
    c.strokeStyle = color(l.color)
    c.lineWidth = above > 1 ? 3.6 : 1.8 // to be seen under another one
    c.lineJoin = 'round'
    c.stroke()
    c.lineTo(x(times.at(-1)), y(0))
    c.lineTo(x(times[0]), y(0))
    c.closePath()
    c.globalAlpha = 0.28
    const shade = c.createLinearGradient(0, y.top, 0, y(0))
    shade.addColorStop(0, color(l.color))
    shade.addColorStop(1, color(l.color).trim() + '00') // no other transparent colour is in between
    c.fillStyle = shade
    c.fill()
    c.globalAlpha = 1
  }

  // point shows the values where the pointer is.
  #point(c, { width, height, frame, x, y, color }) {
    this.#tip.hidden = this.#at === null || !this.times.length
    if (this.#tip.hidden) return
    let near = 0
    this.times.forEach((at, i) => { if (Math.abs(x(at) - this.#at) < Math.abs(x(this.times[near]) - this.#at)) near = i })
    const left = x(this.times[near])
    c.strokeStyle = color('--dim')
    line(c, left, frame.top, left, height - frame.bottom)
    for (const l of this.lines) {
      c.fillStyle = color(l.color)
      c.beginPath()
      c.arc(left, y(l.values[near]), 3, 0, 7)
      c.fill()
    }
    this.#tip.textContent = [clock(this.times[near]), ...this.lines.map(l => `${l.name} ${this.format(l.values[near])}`)].join('   ')
    const tip = this.#tip.offsetWidth
    this.#tip.style.left = `${Math.min(Math.max(left - tip / 2, 0), width - tip)}px`
  }
}

const steps = [5, 10, 15, 30, 60, 120, 180, 300].map(n => n * 1000)

function line(c, x1, y1, x2, y2) {
  c.beginPath()
  c.moveTo(x1, y1)
  c.lineTo(x2, y2)
  c.stroke()
}

const max = values => values.reduce((a, b) => Math.max(a, b), 0)

// top is a round number that is no lower.
function top(n) {
  if (n <= 0) return 1
  const size = 10 ** Math.floor(Math.log10(n))
  return [1, 2, 4, 5, 10].find(f => f * size >= n) * size
}

customElements.define('troupe-chart', Chart)

export const chart = props => Object.assign(document.createElement('troupe-chart'), props)
