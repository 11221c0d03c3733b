// Subjects: the busiest, and who would get a message.

import { get } from '../live.js'
import { h, fill, keep, text, setBar, bar } from '../dom.js'
import { bytes, count, plural, share } from '../format.js'

export function subjects(main, { signal }) {
  const body = h('tbody')
  const all = h('span', { class: 'dim push', role: 'status' }, 'counting …')
  const subject = h('input', { type: 'text', placeholder: 'orders.new', 'aria-label': 'Subject', required: true, spellcheck: false })
  const account = h('input', { type: 'text', placeholder: 'account, if not $G', 'aria-label': 'Account', spellcheck: false })
  const found = h('div')
  main.append(h('div', { class: 'stack' },
    h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Who would get a message on …')),
      h('form', { class: 'asks', onsubmit: e => { e.preventDefault(); who() } }, subject, account, h('button', { class: 'main' }, 'Ask')), found),
    h('section', { class: 'card' }, h('header', {}, h('h2', {}, 'Busiest now'), all),
      h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, ['Subject', 'Account', '', 'Messages/s', 'Bytes/s'].map((t, i) => h('th', { class: i > 2 ? 'number' : '' }, t)))), body)),
      h('p', { class: 'note' }, 'They are counted only while this view is open, with a sketch of 1,024 counters for each second: a rate may be too high by what stands behind it.'))))

  async function who() {
    try {
      const q = new URLSearchParams({ subject: subject.value, account: account.value })
      const answer = await get(`ui/subscribers?${q}`, signal)
      fill(found, h('p', { class: 'note' }, answer.total ? `${plural(answer.total, 'subscription')}; of each queue group one gets it.` : 'Nobody.'), answer.total > 0 && h('div', { class: 'scroll' }, h('table', {},
        h('thead', {}, h('tr', {}, ['Subscription', 'Queue group', 'Connection', 'sid', 'Delivered'].map((t, i) => h('th', { class: i > 3 ? 'number' : '' }, t)))),
        h('tbody', {}, answer.list.map(one => h('tr', {}, h('td', { class: 'mono' }, one.subject), h('td', {}, one.queue ?? ''), h('td', {}, one.cid ? h('a', { href: `#connections/${one.cid}` }, String(one.cid)) : 'an actor'), h('td', {}, one.sid), h('td', { class: 'number' }, count(one.delivered))))))))
    } catch (e) {
      if (e.name !== 'AbortError') fill(found, h('p', { class: 'note wrong' }, e.message))
    }
  }

  const source = new EventSource('ui/subjects')
  source.addEventListener('subjects', e => {
    const data = JSON.parse(e.data)
    text(all, `${count(data.all)} messages a second${data.lost ? `, ${share(data.lost, data.all + data.lost)} not counted` : ''}`)
    const most = data.subjects[0]?.messages || 1
    keep(body, data.subjects, r => `${r.account} ${r.subject}`, () => h('tr', {}, h('td', { class: 'mono' }), h('td'), h('td', {}, bar(0)), h('td', { class: 'number' }), h('td', { class: 'number' })), (row, r) => {
      const [name, from, measure, messages, size] = row.children
      text(name, r.subject)
      text(from, r.account)
      setBar(measure.firstChild, r.messages / most)
      measure.firstChild.className = 'bar'
      text(messages, count(r.messages) + (r.over ? ` (−${count(r.over)})` : ''))
      text(size, bytes(r.bytes))
    })
  })
  source.onerror = () => text(all, 'no answer')
  signal.addEventListener('abort', () => source.close())
}
