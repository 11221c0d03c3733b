// The lab: experiments with supervision, to be run and compared with what was expected.

import { live } from '../live.js'
import { h, fill } from '../dom.js'
import { duration } from '../format.js'

export function lab(main, { act }) {
  const experiments = live.hello?.experiments ?? []
  main.append(h('div', { class: 'stack' },
    h('p', { class: 'note' }, 'Each experiment has a broker and actors of its own. To harm this broker, choose an actor in the ', h('a', { href: '#tree' }, 'tree'), '.'),
    h('div', { class: 'cards' }, experiments.map((e, i) => card(e, i + 1, act)))))
}

function card({ title, expect }, n, act) {
  const observed = h('div', { class: 'observed' })
  const verdict = h('span', { class: 'chip push', role: 'status', hidden: true })
  const run = h('button', { type: 'button', class: 'main', onclick: async () => {
    run.disabled = true
    verdict.hidden = false
    verdict.className = 'chip push state warn'
    verdict.textContent = 'running'
    const done = await act(`ui/experiment?n=${n}`)
    run.disabled = false
    if (!done) {
      verdict.hidden = true
      return
    }
    const agree = !done.facts.some(f => f.wrong)
    verdict.className = `chip push state ${agree ? 'good' : 'bad'}`
    verdict.textContent = agree ? 'agrees' : 'does not agree'
    fill(observed, h('h2', {}, `Observed, in ${duration(done.took)}`), h('ul', { class: 'outcome' }, done.facts.map(f => h('li', { class: f.wrong ? 'wrong' : f.checked ? '' : 'noted' }, f.text))))
  } }, 'Run')
  return h('section', { class: 'card experiment' }, h('header', {}, h('span', { class: 'ordinal' }, String(n)), h('h3', {}, title), verdict), h('h2', {}, 'Expect'), h('p', { class: 'expect' }, expect), observed, run)
}
