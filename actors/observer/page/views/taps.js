// Taps: actors that are told what happens, and whether they keep up.

import { live } from '../live.js'
import { h, facts, fill, keep, text } from '../dom.js'
import { bytes, count } from '../format.js'

const titles = ['Tap', 'Policy', 'State', 'Waiting', 'Memory', 'Taken', 'A second', 'Lost']

export function taps(main, { signal }) {
  const body = h('tbody')
  const none = h('p', { class: 'note' }, 'Nobody has tapped this broker. The audit log is a tap; so is any actor of yours.')
  const said = h('div', { class: 'stack' })
  let before = new Map()
  main.append(h('div', { class: 'stack' }, h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Taps')), h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, titles.map((t, i) => h('th', { class: i > 2 ? 'number' : '' }, t)))), body)), none), said))

  function update() {
    const at = performance.now()
    none.hidden = live.taps.length > 0
    keep(body, live.taps, t => t.name, () => h('tr', {}, titles.map((_, i) => h('td', { class: i > 2 ? 'number' : '' }))), (row, t) => {
      const old = before.get(t.name)
      const rate = old && at > old.at ? Math.round((t.taken - old.taken) / (at - old.at) * 1000) : 0
      const state = t.left_off ? ['left off', 'bad'] : t.stuck ? ['stuck', 'bad'] : old && t.records > rate ? ['behind', 'warn'] : ['keeps up', 'good']
      const values = [t.name, t.policy, '', count(t.records), bytes(t.bytes), count(t.taken), count(rate), count(t.lost)]
      values.forEach((v, i) => { if (i !== 2) text(row.children[i], v) })
      row.children[2].className = ''
      row.children[2].replaceChildren(h('span', { class: `chip state ${state[1]}`, title: t.left_off ?? '' }, state[0]))
    })
    keep(said, live.taps.filter(t => t.says?.length), t => t.name, t => h('section', { class: 'card' }, h('header', {}, h('h2', {}, `What ${t.name} says`)), h('div')),
      (card, t) => fill(card.lastChild, facts(t.says.map(f => [f.name, h('span', { class: f.value.length > 60 && !f.value.includes(' ') ? 'mono' : '' }, f.value)]))))
    before = new Map(live.taps.map(t => [t.name, { at, taken: t.taken }]))
  }
  live.on('taps', update, signal)
  update()
}
