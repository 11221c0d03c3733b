// What one client and the broker say to each other, line by line, while it goes on.

import { h, fill } from '../dom.js'
import { clock, count } from '../format.js'
import { explain } from '../explain.js'

const mostLines = 300

// follow offers to follow a connection, and shows the lines until the signal is aborted.
export function follow(page, cid, signal) {
  const log = h('ol', { class: 'lines mono', hidden: true, tabIndex: 0, 'aria-label': 'Lines of the protocol' })
  const state = h('span', { class: 'dim', role: 'status' })
  let source = null
  const button = h('button', { type: 'button', 'data-act': 'follow', onclick: () => (source ? stop('') : start()) }, 'Follow live')

  async function start() {
    const pass = await page.act('ui/follow')
    if (!pass || signal.aborted) return
    fill(log)
    log.hidden = false
    button.textContent = 'Stop following'
    state.textContent = 'listening; payloads are not shown'
    source = new EventSource(`ui/follow?cid=${cid}&ticket=${pass.ticket}`)
    source.addEventListener('lines', e => JSON.parse(e.data).forEach(say))
    source.addEventListener('over', () => stop('It is over: the connection has ended, or enough has been shown.'))
    source.onerror = () => stop('The broker does not show this any more.')
  }

  function stop(why) {
    source?.close()
    source = null
    button.textContent = 'Follow live'
    state.textContent = why
  }

  function say(l) {
    const low = log.scrollTop + log.clientHeight > log.scrollHeight - 30
    if (l.missed) log.append(h('li', { class: 'note' }, `${count(l.missed)} lines are left out`))
    const meaning = explain(l.text, l.out ? 'came' : 'went')
    log.append(h('li', { class: l.out ? 'came' : 'went', title: meaning }, h('time', { class: 'dim' }, clock(l.at)), h('span', { class: 'line' }, l.text)))
    while (log.children.length > mostLines) log.firstChild.remove()
    if (low) log.scrollTop = log.scrollHeight
  }

  signal.addEventListener('abort', () => source?.close())
  return { button, part: h('div', { class: 'console followed' }, state, log), hide: () => { button.hidden = true } }
}
