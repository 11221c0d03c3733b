// The details of one actor: its policy in words, its mailbox, its failures, and in the lab
// a way to harm it.

import { live } from '../live.js'
import { h, facts, fill } from '../dom.js'
import { ago, clock, count, ns } from '../format.js'
import { decisionOf, nameOf } from '../decisions.js'

const mostEvents = 30

// details opens the details of the actor at a path. node finds it as it is now.
export function details(page, path, node, closed) {
  const abort = new AbortController()
  const body = page.open(nameOf(path), () => { abort.abort(); closed() })
  const state = h('div'), failure = h('div'), past = h('div')
  fill(body, h('p', { class: 'dim mono' }, path), state, live.hello?.lab && faults(page, path), failure, past)

  function update() {
    const n = node()
    if (!n) {
      fill(state, h('p', { class: 'note' }, 'This actor has ended.'))
    } else {
      const handled = n.mailbox?.handled
      fill(state, facts([
        ['State', n.state], ['Role', n.role], ['Policy', n.policy],
        ['Since', n.since && ago(n.since)], ['Restarts', n.restarts ? String(n.restarts) : ''],
        ['Mailbox', n.mailbox && `${count(n.mailbox.depth)} messages wait${n.mailbox.depth ? `, the first for ${ns(n.mailbox.oldest_ns)}` : ''}`],
        ['Handled', handled != null && `${count(handled)}${n.rate >= 1 ? `, ${count(Math.round(n.rate))} a second` : ''}`],
        ['Children', n.child_count ? count(n.child_count) : ''],
      ]))
      const last = n.last_failure
      fill(failure, last && [h('h2', {}, 'Last failure'), h('p', {}, last.text, ' ', h('span', { class: 'dim' }, ago(last.time))), last.stack?.length && h('pre', { class: 'stack-trace' }, last.stack.join('\n'))])
    }
    const events = live.events.filter(e => e.path === path || e.path.startsWith(path + '/')).slice(-mostEvents).reverse()
    fill(past, events.length > 0 && [h('h2', {}, 'What happened'), h('ul', { class: 'events' }, events.map(e => h('li', { 'data-what': e.what },
      h('time', { class: 'dim' }, clock(e.at)), ' ', e.path === path ? '' : `${nameOf(e.path)} `, e.what, e.failure ? `: ${e.failure}` : '', e.directive ? ` — ${decisionOf(e)}` : '')))])
  }
  update()
  return { update, signal: abort.signal }
}

// faults are the buttons of the lab.
function faults(page, path) {
  const report = h('p', { class: 'dim', role: 'status' })
  const order = async (kind, time) => {
    report.textContent = 'waiting until it answers again …'
    drawn.replaceChildren()
    const done = await page.act('ui/fault', { target: path, kind, for: time })
    report.textContent = done
      ? `${done.gone ? 'It has ended' : `It answered again after ${ns(done.away_ns)}`}${done.directive ? `, decision: ${done.directive}` : ''}. Others lost ${done.lost_elsewhere} messages.`
      : ''
    if (done) fill(drawn, noticed(nameOf(path), done))
  }
  const drawn = h('div')
  const button = (title, kind, time) => h('button', { type: 'button', class: 'harm', 'data-fault': kind, onclick: () => order(kind, time) }, title)
  return h('div', {}, h('h2', {}, 'Lab'), h('div', { class: 'actions' }, button('Panic', 'panic', 0), button('Stall for 1 s', 'stall', 1000), button('Be slow for 3 s', 'slow', 3000)), report, drawn)
}

// noticed draws who noticed a fault, and for how long.
function noticed(name, done) {
  const gap = h('i')
  gap.style.width = done.gone ? '80%' : `${Math.min(Math.max(Math.log10(1 + done.away_ns / 1e5) * 16, 1), 70)}%`
  return h('div', { class: 'noticed', role: 'img', 'aria-label': 'Who noticed, and for how long' },
    h('span', {}, name), h('span', { class: 'span' }, gap), h('span', { class: 'number' }, done.gone ? 'gone' : ns(done.away_ns)),
    h('span', {}, 'all others'), h('span', { class: 'span' }), h('span', { class: 'number' }, `${count(done.lost_elsewhere)} lost`))
}
