// Connections: a table that the broker sorts, searches and cuts into pages.

import { live, get } from '../live.js'
import { h, fill, keep, setBar, bar, text, facts } from '../dom.js'
import { follow } from './follow.js'
import { trail } from '../trail.js'
import { ago, bytes, count, duration, plural } from '../format.js'

const size = 50

// share is what finding an answer may cost the broker: this part of the time.
const share = 400

// The columns. A sort key is the broker's.
const columns = [
  { title: 'Connection', sort: 'cid', cell: c => `${c.cid} ${c.name}`.trim() },
  { title: 'In/s', number: true, sort: 'msgs_from', cell: c => rate(c, 'in') },
  { title: 'Out/s', number: true, sort: 'msgs_to', cell: c => rate(c, 'out') },
  { title: 'Pending', sort: 'pending', cell: null },
  { title: 'Oldest', number: true, cell: c => (c.oldest ? duration(c.oldest) : '–') },
  { title: 'Bytes out', number: true, sort: 'bytes_to', cell: c => bytes(c.out_bytes) },
  { title: 'User', cell: c => c.user || '–' },
  { title: 'Account', cell: c => c.account },
  { title: 'Address', cell: c => (c.host ? `${c.host}:${c.port}` : 'this process') },
  { title: 'Subscriptions', number: true, sort: 'subs', cell: c => count(c.subs) },
  { title: 'RTT', number: true, sort: 'rtt', cell: c => (c.rtt ? duration(c.rtt) : '–') },
  { title: 'Idle', number: true, sort: 'idle', cell: c => duration(c.idle) },
]
const endings = { title: 'Ended', sort: 'stop', cell: c => ago(c.stop) }
const reasons = { title: 'Reason', sort: 'reason', cell: c => c.reason }

const rate = (c, key) => (c.before && c.at > c.before.at ? count(Math.round((c[key] - c.before[key]) / (c.at - c.before.at) * 1000)) : '–')

export function connections(main, page) {
  const wish = { state: 'open', sort: 'pending', search: '', offset: 0 }
  let known = new Map() // of the last answer, for rates
  let timer = 0, asking = null
  const headRow = h('tr'), body = h('tbody'), total = h('span', { class: 'dim' }), pages = h('span', { class: 'push actions' })
  const search = h('input', { type: 'search', placeholder: 'name, user, account, address', 'aria-label': 'Search connections', oninput: () => { wish.search = search.value; wish.offset = 0; soon(200) } })
  const states = h('span', { class: 'choices' }, ['open', 'closed'].map(state => h('button', { type: 'button', 'aria-pressed': String(state === wish.state), onclick: e => {
    Object.assign(wish, { state, offset: 0, sort: state === 'closed' ? 'stop' : 'pending' })
    for (const b of e.target.parentNode.children) b.setAttribute('aria-pressed', String(b === e.target))
    heads()
    soon(0)
  } }, state)))
  main.append(h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Connections'), states, search, total, pages),
    h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, headRow), body))))

  const shown = () => (wish.state === 'closed' ? [columns[0], endings, reasons, ...columns.slice(5, 9)] : columns)

  function heads() {
    fill(headRow, shown().map(c => h('th', { class: c.number ? 'number' : '', 'aria-sort': c.sort === wish.sort ? (c.sort === 'cid' || c.sort === 'reason' ? 'ascending' : 'descending') : null },
      c.sort ? h('button', { type: 'button', onclick: () => { wish.sort = c.sort; wish.offset = 0; heads(); soon(0) } }, c.title) : c.title)))
    body.kept = new Map()
    body.replaceChildren()
  }

  function soon(ms) {
    clearTimeout(timer)
    timer = setTimeout(ask, ms)
  }

  // ask asks for the page. What took the broker long is asked for less often.
  async function ask() {
    asking?.abort()
    asking = new AbortController()
    const mine = asking
    let wait = 1000
    try {
      const q = new URLSearchParams({ state: wish.state, sort: wish.sort, search: wish.search, offset: wish.offset, limit: size })
      const answer = await get(`ui/connections?${q}`, mine.signal)
      show(answer)
      wait = Math.max(wait, answer.cost * share)
    } catch (e) {
      if (e.name === 'AbortError') return
      text(total, e.message)
      wait = 3000
    }
    if (!page.signal.aborted && mine === asking) soon(wait)
  }

  function show(answer) {
    const at = performance.now()
    for (const c of answer.rows) Object.assign(c, { at, before: known.get(c.cid) })
    known = new Map(answer.rows.map(c => [c.cid, { at, in: c.in, out: c.out }]))
    text(total, plural(answer.total, 'connection') + (answer.silent ? `, ${answer.silent} did not answer` : ''))
    fill(pages, answer.total > size && [
      h('button', { type: 'button', disabled: wish.offset === 0, 'aria-label': 'Page before', onclick: () => { wish.offset = Math.max(wish.offset - size, 0); soon(0) } }, '‹'),
      ` ${wish.offset + 1} – ${Math.min(wish.offset + size, answer.total)} `,
      h('button', { type: 'button', disabled: wish.offset + size >= answer.total, 'aria-label': 'Next page', onclick: () => { wish.offset += size; soon(0) } }, '›')])
    keep(body, answer.rows, c => c.cid, row, update)
  }

  function row(c) {
    const details = () => show1(page, c.cid)
    return h('tr', { tabIndex: 0, onclick: details, onkeydown: e => e.key === 'Enter' && details() },
      shown().map(column => h('td', { class: column.number ? 'number' : '' }, column.cell ? '' : [bar(0), ' ', h('span')])))
  }

  function update(e, c) {
    shown().forEach((column, i) => {
      const cell = e.children[i]
      if (column.cell) return text(cell, column.cell(c))
      setBar(cell.firstChild, c.pending / (live.hello?.max_pending || 1))
      text(cell.lastChild, c.pending ? bytes(c.pending) : '')
    })
  }

  heads()
  ask()
  page.signal.addEventListener('abort', () => { clearTimeout(timer); asking?.abort() })
  return cid => { if (cid) show1(page, cid) }
}

// show1 shows one connection, anew every second.
function show1(page, cid) {
  const abort = new AbortController()
  const body = page.open(`Connection ${cid}`, () => abort.abort())
  const known = h('div'), list = h('div'), last = h('div')
  const kick = h('button', { type: 'button', class: 'harm', onclick: async () => { if (await page.act(`ui/kick?cid=${cid}`)) { kick.disabled = true; ask() } } }, 'Close this connection')
  const watching = follow(page, cid, abort.signal)
  const actions = h('div', { class: 'actions' }, watching.button, kick)
  fill(body, known, actions, watching.part, list, last)
  async function ask() {
    let c
    try {
      c = await get(`ui/connection?cid=${cid}`, abort.signal)
    } catch (e) {
      if (e.name !== 'AbortError') fill(known, h('p', { class: 'note' }, e.message))
      return
    }
    kick.hidden = Boolean(c.reason)
    if (c.reason) watching.hide()
    const software = [c.lang, c.version].filter(Boolean).join(' ')
    fill(known, facts([
      ['Name', c.name], ['User', c.user], ['Account', c.account], ['Address', c.host && `${c.host}:${c.port}`], ['Kind', c.type + (c.tls ? `, TLS ${c.tls}` : '')], ['Library', software],
      ['Connected', ago(c.start)], ['Ended', c.reason && `${c.reason}, ${ago(c.stop)}`],
      ['From it', `${count(c.in)} messages, ${bytes(c.in_bytes)}`], ['To it', `${count(c.out)} messages, ${bytes(c.out_bytes)}`],
      ['Pending', `${bytes(c.pending)}${live.hello ? ` of ${bytes(live.hello.max_pending)}` : ''}`], ['Mailbox', c.mailbox ? `${count(c.mailbox)} wait, the first for ${duration(c.oldest)}` : ''],
      ['RTT', c.rtt ? duration(c.rtt) : ''], ['Idle', c.reason ? '' : duration(c.idle)],
    ]))
    fill(list, h('h2', {}, plural(c.subs, 'subscription')), c.list && h('div', { class: 'scroll' }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', {}, 'Subject'), h('th', {}, 'Queue'), h('th', {}, 'sid'), h('th', { class: 'number' }, 'Delivered'))),
      h('tbody', {}, c.list.map(one => h('tr', {}, h('td', { class: 'mono' }, one.subject), h('td', {}, one.queue ?? ''), h('td', {}, one.sid), h('td', { class: 'number' }, count(one.delivered))))))))
    fill(last, trail(c.trail, `connection-${cid}`))
    if (!c.reason && !abort.signal.aborted) setTimeout(ask, 1000)
  }
  ask()
}
